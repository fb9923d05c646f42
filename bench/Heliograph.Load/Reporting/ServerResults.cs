using Heliograph.Load.Scenarios;

namespace Heliograph.Load.Reporting;

/// <summary>All that one server gave, by scenario; null where a scenario did not run.</summary>
internal sealed class ServerResults
{
    public IReadOnlyList<ConnectRound>? Connects { get; set; }

    public RelayResult? ClosedLoop { get; set; }

    public RelayResult? OpenLoop { get; set; }

    public IReadOnlyList<IdleRound>? Idle { get; set; }
}
