using Heliograph.Protocol;
using Heliograph.Protocol.Routing;
using Heliograph.Server.Backplane;
using Heliograph.Server.Connect;
using Heliograph.Server.Live;
using Heliograph.Server.Registry;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Relay;

/// <summary>
/// The way of a message: read the envelope, rebuild it, find the other peer, put it into that peer's outbox. On one node nothing is
/// awaited and nothing allocated. A sender's messages are routed one after the other, which keeps their order.
/// </summary>
internal sealed class Router(IBackplane backplane, RelayMetrics metrics, LiveFeed live, IOptions<RelayOptions> options, TimeProvider time)
{
    /// <summary>A peer that goes on sending to one that is not there is told of once in this time.</summary>
    private static readonly TimeSpan OfflineInterval = TimeSpan.FromSeconds(10);

    /// <summary>Routes a text message that a peer sent.</summary>
    public ValueTask RouteAsync(Peer sender, ReadOnlyMemory<byte> text)
    {
        var problem = Envelope.TryRead(text.Span, out var envelope);
        if (problem != EnvelopeProblem.None)
        {
            metrics.Ignored(IgnoredCause.Of(problem));
            return default;
        }

        switch (envelope.Type)
        {
            case RoutingType.Ping:
                sender.SendOwn(OutboundFrame.Pong());
                return default;
            case RoutingType.Pong:
                return default;
            default:
                return RelayAsync(sender, envelope);
        }
    }

    private ValueTask RelayAsync(Peer sender, in Envelope envelope)
    {
        if (!envelope.TryGetChannel(out var channel) || (sender.Role == Role.Client && channel != sender.Channel))
        {
            // The same answer as for a channel that does not exist: the sender learns nothing of other peers'.
            metrics.Undeliverable(sender.Role);
            sender.State.Tap?.CaptureForeign(sender);
            sender.SendOwn(OutboundFrame.PeerOffline(envelope.ChannelId));
            return default;
        }

        sender.State.Tap?.Capture(sender, channel, envelope);
        var frame = OutboundFrame.Relayed(envelope, channel, sender);
        // Not past what is on its way to another node still.
        if (sender.Lanes?.IsBusy(channel) is true)
            return sender.Lanes.SendAsync(channel, frame);

        var receiver = sender.Role == Role.Client ? sender.State.Device : sender.State.FindClient(channel);
        if (receiver is null || !receiver.TrySend(frame))
            return LanesOf(sender).SendAsync(channel, frame);

        metrics.Relayed(sender, toOtherNode: false);
        return default;
    }

    /// <summary>
    /// Tells the device of a client here, on whatever other node it is, that the client is connected: behind what the client has sent
    /// before, and ahead of what it sends from now on.
    /// </summary>
    public ValueTask TellDeviceElsewhereAsync(Peer client) =>
        LanesOf(client).SendAsync(client.Channel, OutboundFrame.PeerConnected(client.Channel));

    private RemoteLanes LanesOf(Peer sender) => sender.GetLanes(peer => new(peer, options.Value.OutboxSize, RelayFurtherAsync));

    /// <summary>The receiver is not on this node, or its connection is ending.</summary>
    private async ValueTask RelayFurtherAsync(Peer sender, ChannelId channel, OutboundFrame frame)
    {
        var to = sender.Role == Role.Client ? Place.Of(sender.Device) : new(sender.Device, channel);
        if (await backplane.SendAsync(to, channel, frame.GetText(), CancellationToken.None))
        {
            if (frame.Sender is not null)
                metrics.Relayed(sender, toOtherNode: true);
            frame.Return();
        }
        else if (frame.Sender is null)
        {
            // The service's own: nobody misses it where there is no device.
            frame.Return();
        }
        else if (sender.State.TryDeliverOrTellOffline(frame, sender, channel))
        {
            metrics.Relayed(sender, toOtherNode: false);
        }
        else
        {
            frame.Return();
            metrics.Undeliverable(sender.Role);
            TellOffline(sender, channel);
        }
    }

    private void TellOffline(Peer sender, ChannelId channel)
    {
        sender.State.Tap?.CaptureOffline(sender, channel);
        var now = time.GetUtcMilliseconds();
        if (now - sender.ToldOffline < OfflineInterval)
            return;
        sender.ToldOffline = now;
        live.Tell(LiveEvent.Of(LiveEventKind.PeerOffline, now, sender) with { Channel = ChannelName.Of(channel) });
    }
}
