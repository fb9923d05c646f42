using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Server.Live;
using Heliograph.Server.Regions;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Relay;

/// <summary>The signaling URL: checks the ticket, opens the WebSocket, and runs the peer until it ends.</summary>
internal sealed class SignalingEndpoint(
    TicketProtector tickets,
    Revocations revocations,
    MovedProducts moved,
    SignalingTunnels tunnels,
    RelayHub hub,
    Router router,
    Drain drain,
    RelayMetrics metrics,
    LiveFeed live,
    IOptions<RelayOptions> options,
    TimeProvider time,
    ILogger<SignalingEndpoint> logger)
{
    /// <summary>The path of signaling URLs, with the device in it so that a load balancer can hash it.</summary>
    public const string Path = "/v1/signaling";

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods(
            Path + "/{productId}/{deviceId}",
            [HttpMethods.Get, HttpMethods.Connect],
            (HttpContext http, SignalingEndpoint endpoint) => endpoint.RunAsync(http))
            .ExcludeFromDescription();

    /// <summary>The absolute URL that a ticket is given out as.</summary>
    public static string UrlOf(string webSocketBase, DeviceAddress device, string ticket) =>
        $"{webSocketBase}{Path}/{device.Product}/{device.Device}?ticket={ticket}";

    private async Task RunAsync(HttpContext http)
    {
        var ticket = CheckTicketAndTell(http);
        drain.ThrowIfClosed();
        if (!WebSocketHandshake.IsRequest(http))
        {
            WebSocketHandshake.DescribeTo(http.Response);
            throw new ApiException(StatusCodes.Status426UpgradeRequired, ErrorCodes.UpgradeRequired, "This address is for WebSockets (RFC 6455, version 13).");
        }

        if (moved.HomeOf(ticket.Device.Product) is { } home)
        {
            await tunnels.RunAsync(http, ticket.Device, home);
            return;
        }

        await using var stream = await WebSocketHandshake.AcceptAsync(http);
        var socket = new SignalingSocket(stream, options.Value.MaxMessageSize);
        var peer = new Peer(ticket, socket, options.Value, metrics, http.Abort) { Address = http.Connection.RemoteIpAddress, Opened = time.GetUtcMilliseconds() };
        await RunAsync(peer, http.RequestAborted);
    }

    private async Task RunAsync(Peer peer, CancellationToken aborted)
    {
        var opened = time.GetTimestamp();
        try
        {
            // Before it has its place: what the others do when they hear of it is told after.
            TellConnected(peer);
            await hub.AttachAsync(peer);

            // What was revoked, or moved, after the ticket was checked and before the peer had its place was so without it.
            if (revocations.Covers(peer.Ticket))
                peer.End(EndReason.Revoked);
            if (moved.HomeOf(peer.Device.Product) is not null)
                peer.End(EndReason.Moved);
            if (drain.IsClosed)
                peer.End(EndReason.GoingAway);
            await peer.ReceiveAsync(router, aborted);
        }
        catch (Exception)
        {
            // The service's own fault: the peer is told to come again, and the fault goes to the log.
            await peer.EndAsync(EndReason.InternalError, aborted);
            throw;
        }
        finally
        {
            await hub.DetachAsync(peer);
            TellDisconnected(peer, time.GetElapsedTime(opened));
        }
    }

    private Ticket CheckTicketAndTell(HttpContext http)
    {
        var ticket = tickets.Unprotect(http.Request.Query["ticket"]);
        try
        {
            return Check(ticket, http);
        }
        catch (ApiException refusal)
        {
            live.Tell(new(LiveEventKind.CallRefused, time.GetUtcMilliseconds())
            {
                Product = ticket?.Device.Product,
                Device = ticket?.Device.Device,
                IsDeviceKnown = ticket is not null,
                Address = http.Connection.RemoteIpAddress,
                Call = "signaling",
                Code = refusal.Code,
                Why = refusal.Message,
            });
            throw;
        }
    }

    private Ticket Check(Ticket? ticket, HttpContext http)
    {
        if (ticket is null)
            throw ApiException.Unauthorized("The signaling URL's ticket is missing, or was not made by this service.");
        var isItsPath = ProductId.TryParse(http.GetRouteValue("productId") as string, out var product)
            && DeviceId.TryParse(http.GetRouteValue("deviceId") as string, out var device)
            && ticket.Device == new DeviceAddress(product, device);
        if (!isItsPath)
            throw ApiException.Unauthorized("The signaling URL's ticket is for another device.");
        if (ticket.ExpiresAt <= time.GetUtcNow().UtcDateTime)
            throw ApiException.Unauthorized("The signaling URL has expired; connect anew.");
        if (revocations.Covers(ticket))
            throw ApiException.Unauthorized("The signaling URL was revoked: its device, product or key has been removed.");
        return ticket;
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
