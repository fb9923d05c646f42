using Heliograph.Load.Scenarios;

namespace Heliograph.Load.Reporting;

/// <summary>All that one server gave, by scenario; null where a scenario did not run.</summary>
internal sealed class ServerResults(string name)
{
    public string Name => name;

    public bool HasAny => Connects is not null || ClosedLoop is not null || OpenLoop is not null || Idle is not null || Storm is not null;

    public IReadOnlyList<ConnectRound>? Connects { get; set; }

    /// <summary>Of devices whose call and WebSocket are on one connection.</summary>
    public IReadOnlyList<ConnectRound>? ConnectsOnOneConnection { get; set; }

    public RelayResult? ClosedLoop { get; set; }

    public RelayResult? OpenLoop { get; set; }

    public IReadOnlyList<IdleRound>? Idle { get; set; }

    public IReadOnlyList<StormRound>? Storm { get; set; }
}
