using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Server.Live;
using Heliograph.Server.Regions;
using Heliograph.Server.Registry;
using Heliograph.Server.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Relay.Opening;

/// <summary>
/// The signaling URL over HTTP: checks the ticket, opens the WebSocket, and runs the peer until it ends. Most sockets are opened beside HTTP,
/// by <see cref="SignalingUpgrade"/>; here come those over HTTP/2, those of odd clients, and all that are refused or passed on.
/// </summary>
internal sealed class SignalingEndpoint(
    TicketProtector tickets,
    TicketCheck check,
    MovedProducts moved,
    SignalingTunnels tunnels,
    Drain drain,
    PeerRun run,
    LiveFeed live,
    TimeProvider time)
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

        WebSocketHandshake.ThrowIfMalformed(http);
        if (moved.HomeOf(ticket.Device.Product) is { } home)
        {
            await tunnels.RunAsync(http, ticket.Device, home);
            return;
        }

        await using var stream = new UpgradingStream(http);
        await run.RunAsync(new(ticket, Answer: [], http.Connection.RemoteIpAddress, Rest: []), stream, new HttpConnection(http), http.RequestAborted);
    }

    private Ticket CheckTicketAndTell(HttpContext http)
    {
        var ticket = tickets.Unprotect(http.Request.Query["ticket"]);
        if (check.RefusalOf(ticket, http.GetRouteValue("productId") as string, http.GetRouteValue("deviceId") as string) is not { } refusal)
            return ticket!;

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
        throw refusal;
    }

    private sealed class HttpConnection(HttpContext http) : IAbortable
    {
        public void Abort() => http.Abort();
    }
}
