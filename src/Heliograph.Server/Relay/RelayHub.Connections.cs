using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Live;

namespace Heliograph.Server.Relay;

/// <summary>A connection, for those who look at it.</summary>
/// <param name="Channel">A client's channel, shortened; null for a device.</param>
/// <param name="Since">When it opened, UTC.</param>
/// <param name="IsAuthorized">Whether the client showed a valid token.</param>
/// <param name="Address">Where it comes from.</param>
internal sealed record ConnectionSummary(string? Channel, DateTime Since, bool IsAuthorized, IPAddress? Address)
{
    /// <summary>The node that holds it; null for this one.</summary>
    public string? Node { get; init; }
}

// The connections of one device, for its page.
internal sealed partial class RelayHub
{
    /// <summary>The connections of a device and of its clients that this node holds, the oldest first.</summary>
    public (ConnectionSummary? Device, IReadOnlyList<ConnectionSummary> Clients) ConnectionsOf(DeviceAddress device)
    {
        if (!_devices.TryGetValue(device, out var state))
            return (null, []);

        var clients = state.ListClients().Where(x => !x.IsEnding).OrderBy(x => x.Opened).ThenBy(x => x.Channel.Value);
        return (state.Device is { IsEnding: false } peer ? Summarize(peer, channel: null) : null, [.. clients.Select(x => Summarize(x, ChannelName.Of(x.Channel)))]);
    }

    private static ConnectionSummary Summarize(Peer peer, string? channel) => new(channel, peer.Opened, peer.IsAuthorized, peer.Address);
}
