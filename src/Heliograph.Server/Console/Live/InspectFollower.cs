using System.Text.Json;
using Heliograph.Server.Backplane;
using Heliograph.Server.Live;
using Heliograph.Server.Live.Inspection;
using Heliograph.Server.Registry;
using Heliograph.Server.Relay;

namespace Heliograph.Server.Console.Live;

/// <summary>One page of the session inspector: what it has been told, and what is new for it.</summary>
internal sealed class InspectFollower(DeviceTap tap, bool mayRead, RelayHub hub, INodeBus bus, IPresence presence, TimeProvider time)
{
    private const int MaxChannels = 100;

    private static readonly TimeSpan ElsewhereInterval = TimeSpan.FromSeconds(5);

    private long _seen;
    private string? _peers;
    private double? _secondsLeft = -1;
    private bool _isElsewhere;
    private long _elsewhereAt;

    /// <summary>Writes what is new; gives the reason where there is nothing more to come.</summary>
    public async Task<string?> WriteAsync(EventStream stream, CancellationToken cancellationToken)
    {
        if (tap.End is { } end)
            return end == TapEnd.Deleted ? StreamEnd.Deleted : StreamEnd.Failed;

        await WritePeersAsync(stream, cancellationToken);
        foreach (var (entry, content) in tap.Read(_seen, mayRead))
        {
            await stream.WriteAsync("line", new(entry, content), StreamJson.Default.InspectLine, cancellationToken);
            _seen = entry.Id;
        }

        double? left = tap.ContentUntil is { } until ? Math.Max(0, Math.Ceiling((until - time.GetUtcNow().UtcDateTime).TotalSeconds)) : null;
        if (left != _secondsLeft)
            await stream.WriteAsync("content", new(left), StreamJson.Default.InspectContent, cancellationToken);
        _secondsLeft = left;
        return null;
    }

    private async Task WritePeersAsync(EventStream stream, CancellationToken cancellationToken)
    {
        var look = tap.Look;
        var nodes = look?.Nodes ?? [];
        var others = look?.Peers ?? [];
        var own = nodes.Count > 0 ? bus.Name : null;
        var (device, clients) = hub.PeersOf(tap.Device);
        List<(DateTime Since, string? Node)> connections = [.. others.Where(x => x.Peers.Device is not null).Select(x => (x.Peers.Device!.Value, x.Node))];
        if (device is { IsEnding: false })
            connections.Add((device.Opened, own));
        if (_elsewhereAt == 0 || time.GetElapsedTime(_elsewhereAt) > ElsewhereInterval)
        {
            _isElsewhere = connections.Count == 0 && await presence.IsDeviceOnlineAsync(tap.Device, cancellationToken);
            _elsewhereAt = time.GetTimestamp();
        }

        // While it moves it has two for a moment.
        var newest = connections.OrderByDescending(x => x.Since).FirstOrDefault();
        var channels = clients.Select(x => new InspectChannel(ChannelName.Of(x.Channel), x.Opened, x.IsAuthorized, own))
            .Concat(others.SelectMany(x => x.Peers.Clients.Select(y => new InspectChannel(y.Channel ?? "", y.Since, y.IsAuthorized, x.Node))));
        var peers = new InspectPeers(
            connections.Count > 0,
            connections.Count == 0 && _isElsewhere,
            connections.Count > 0 ? newest.Since : null,
            newest.Node,
            clients.Count + others.Sum(x => x.Peers.ClientCount),
            [.. channels.OrderByDescending(x => x.Since).Take(MaxChannels)],
            [.. nodes.Select(x => new InspectNode(x.Node, WordOf(x.State)))]);
        var text = JsonSerializer.Serialize(peers, StreamJson.Default.InspectPeers);
        if (text == _peers)
            return;
        _peers = text;
        await stream.WriteAsync("peers", peers, StreamJson.Default.InspectPeers, cancellationToken);
    }

    private static string WordOf(Following state) => state switch
    {
        Following.Asked => "asked",
        Following.Followed => "followed",
        Following.Silent => "silent",
        _ => "lost",
    };
}
