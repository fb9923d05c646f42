using Heliograph.Server.Connect;
using Heliograph.Server.Live;
using Heliograph.Server.Regions;
using Heliograph.Server.Registry;
using Heliograph.Server.Relay.Opening;
using Heliograph.Server.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Relay;

/// <summary>A peer from the opening of its socket to the end: gives it its place, reads what it sends, and takes the place back.</summary>
internal sealed class PeerRun(
    RelayHub hub,
    Router router,
    Revocations revocations,
    MovedProducts moved,
    Drain drain,
    RelayMetrics metrics,
    LiveFeed live,
    IOptions<RelayOptions> options,
    TimeProvider time,
    ILogger<PeerRun> logger)
{
    /// <summary>Runs until the connection has ended.</summary>
    /// <param name="opening">Who the peer is, and what came with the handshake.</param>
    /// <param name="stream">The connection.</param>
    /// <param name="connection">Cuts it.</param>
    /// <param name="aborted">Cancelled when the connection is cut.</param>
    public Task RunAsync(SocketOpening opening, Stream stream, IAbortable connection, CancellationToken aborted)
    {
        var socket = new SignalingSocket(stream, options.Value.MaxMessageSize);
        socket.Add(opening.Rest);
        var peer = new Peer(opening.Ticket, socket, router, options.Value, metrics, connection)
        {
            Answer = opening.Answer,
            Address = opening.Address,
            Opened = time.GetUtcMilliseconds(),
        };
        return RunAsync(peer, aborted);
    }

    private async Task RunAsync(Peer peer, CancellationToken aborted)
    {
        var opened = time.GetTimestamp();
        // Before it has its place: what the others do when they hear of it is told after.
        TellConnected(peer);
        try
        {
            await hub.AttachAsync(peer);

            // What was revoked, or moved, after the ticket was checked and before the peer had its place was so without it.
            if (revocations.Covers(peer.Ticket))
                peer.End(EndReason.Revoked);
            if (moved.HomeOf(peer.Device.Product) is not null)
                peer.End(EndReason.Moved);
            if (drain.IsClosed)
                peer.End(EndReason.GoingAway);
            await peer.ReceiveAsync(aborted);
        }
        catch (Exception)
        {
            // The service's own fault: the peer is told to come again, and the fault goes to the log. What it is told waits until it is open.
            peer.Open();
            await peer.EndAsync(EndReason.InternalError, aborted);
            throw;
        }
        finally
        {
            // Not on a socket's loop any more: what others are told of the end takes its time.
            await Task.Yield();
            await hub.DetachAsync(peer);
            TellDisconnected(peer, time.GetElapsedTime(opened));
        }
    }

    private void TellConnected(Peer peer)
    {
        live.Tell(LiveEvent.Of(peer.Role == Role.Device ? LiveEventKind.DeviceConnected : LiveEventKind.ClientConnected, time.GetUtcMilliseconds(), peer));
        if (peer.Role == Role.Device)
            logger.DeviceConnected(peer.Device.ToString(), peer.Address);
        else
            logger.ClientConnected(peer.Device.ToString(), peer.Address, ChannelName.Of(peer.Channel), peer.IsAuthorized);
    }

    private void TellDisconnected(Peer peer, TimeSpan duration)
    {
        live.Tell(LiveEvent.Of(peer.Role == Role.Device ? LiveEventKind.DeviceDisconnected : LiveEventKind.ClientDisconnected, time.GetUtcMilliseconds(), peer) with
        {
            Reason = peer.EndReason,
            Duration = duration,
            Messages = peer.MessagesReceived,
        });
        var reason = peer.EndReason.ToTag();
        if (peer.Role == Role.Device)
            logger.DeviceDisconnected(peer.Device.ToString(), reason, duration, peer.MessagesReceived);
        else
            logger.ClientDisconnected(peer.Device.ToString(), ChannelName.Of(peer.Channel), reason, duration, peer.MessagesReceived);
    }
}
