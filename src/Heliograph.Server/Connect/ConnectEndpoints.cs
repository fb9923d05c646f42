using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Ice;
using Heliograph.Server.Regions;
using Heliograph.Server.Registry;
using Heliograph.Server.Relay;
using Heliograph.Server.Relay.Opening;
using Heliograph.Server.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Connect;

/// <summary>The protocol's three HTTP calls.</summary>
internal sealed class ConnectEndpoints(
    PeerAuthenticator peers,
    RateLimits limits,
    Homes homes,
    TicketProtector tickets,
    ServiceUrl url,
    IceServers iceServers,
    TakeoverLimiter takeovers,
    IPresence presence,
    KeyUses keyUses,
    Drain drain,
    IOptions<ConnectOptions> options,
    IOptions<TokenOptions> tokens,
    TimeProvider time)
{
    private const int MaxBody = 16 * 1024;

    public static void Map(IEndpointRouteBuilder app)
    {
        var calls = app.MapGroup("/v1").RequireCors(ConnectCors.Policy).AddEndpointFilter<ConnectTelemetry>().AddEndpointFilter<ConnectAdmission>().WithTags("Connect");
        calls.MapPost("/device/connect", (HttpContext http, ConnectEndpoints endpoints) => endpoints.ConnectDeviceAsync(http))
            .Describe<ConnectRequest, DeviceConnectResponse>(
                "connectDevice",
                "Connect a device",
                "Needs the device's token (scope device:connect). The signaling URL opens one WebSocket within a minute.")
            .ProducesError(429);
        calls.MapPost("/client/connect", (HttpContext http, ConnectEndpoints endpoints) => endpoints.ConnectClientAsync(http))
            .Describe<ConnectRequest, ClientConnectResponse>(
                "connectClient",
                "Connect a client",
                "With a token of the product's (scope client:connect) the channel is authorized, without one it is not. "
                    + "The signaling URL serves every reconnect of the channel.")
            .ProducesError(429);
        calls.MapPost("/ice-servers", (HttpContext http, ConnectEndpoints endpoints) => endpoints.GetIceServersAsync(http))
            .Describe<ConnectRequest, IceServersResponse>(
                "getIceServers",
                "ICE servers for a connection",
                "STUN for anyone; TURN, with credentials of its own, for a valid token of the device or the product with the scope turn.")
            .ProducesError(429);
    }

    private async Task<IResult> ConnectDeviceAsync(HttpContext http)
    {
        var (issuedAt, bearer, request, body) = await AdmitAsync(http);
        if (bearer is null)
            throw ApiException.Unauthorized("A device needs a token: 'Authorization: Bearer' and a JWT.");
        if (await TryForwardAsync(http, request, body))
            return Results.Empty;

        var (address, _, device) = await FindAsync(http, request);
        var token = peers.AuthenticateDevice(bearer, address, device);

        // Counted after the token, so that nobody but the product's own devices can use up what they have.
        limits.Admit(address.Product, NameOf(http));
        if (takeovers.Delay(address) is { } delay && await presence.IsDeviceOnlineAsync(address, http.RequestAborted))
            throw ApiException.TooManyRequests("This device's connections replace each other too often; is its identity on two devices?", delay);

        keyUses.Used(address, token.Key);
        var ticket = new Ticket(
            Role.Device, address, default, Authorized: true, token.Key, issuedAt, issuedAt + options.Value.DeviceTicketLifetime);
        return Json(new DeviceConnectResponse(UrlFor(http, ticket)));
    }

    private async Task<IResult> ConnectClientAsync(HttpContext http)
    {
        var (issuedAt, bearer, request, body) = await AdmitAsync(http);
        if (await TryForwardAsync(http, request, body))
            return Results.Empty;

        var (address, product, _) = await FindAsync(http, request);
        limits.Admit(address.Product, NameOf(http));

        var token = bearer is null ? null : peers.AuthenticateClient(bearer, address, product);
        var expiresAt = issuedAt + options.Value.ClientTicketLifetime;
        if (token is not null)
        {
            keyUses.Used(address, token.Key);
            var end = TicketEnd(token, issuedAt);
            if (end < expiresAt)
                expiresAt = end;
        }

        var channel = ChannelId.New();
        var ticket = new Ticket(Role.Client, address, channel, Authorized: token is not null, token?.Key, issuedAt, expiresAt);
        var isOnline = await presence.IsDeviceOnlineAsync(address, http.RequestAborted);
        return Json(new ClientConnectResponse(UrlFor(http, ticket), isOnline, channel.ToString()));
    }

    private async Task<IResult> GetIceServersAsync(HttpContext http)
    {
        var (_, bearer, request, body) = await AdmitAsync(http);
        if (await TryForwardAsync(http, request, body))
            return Results.Empty;

        var (address, product, device) = await FindAsync(http, request);
        var token = bearer is null ? null : peers.Authenticate(bearer, address, product, device);
        if (token is not null)
            keyUses.Used(address, token.Key);
        var withTurn = token is not null && token.HasScope(TokenScopes.Turn);
        return Json(iceServers.For(address, http.Connection.RemoteIpAddress, product.Region!, withTurn));
    }

    /// <summary>What every call begins with.</summary>
    private async ValueTask<(DateTime IssuedAt, string? Bearer, ConnectRequest Request, ReadOnlyMemory<byte> Body)> AdmitAsync(HttpContext http)
    {
        drain.ThrowIfClosed();
        limits.Admit(http.Connection.RemoteIpAddress, NameOf(http));

        // Taken before the registry is asked: what is revoked from here on covers the ticket.
        var issuedAt = time.GetUtcMilliseconds();
        var body = await RequestBody.ReadBytesAsync(http, MaxBody);
        var request = RequestBody.Parse(body, ProtocolJson.Default.ConnectRequest);
        ConnectSubject.Of(http).Request = request;
        _ = request.ProductId ?? throw ApiException.BadRequest("productId: is missing.");
        _ = request.DeviceId ?? throw ApiException.BadRequest("deviceId: is missing.");
        return (issuedAt, PeerAuthenticator.Bearer(http.Request.Headers.Authorization), request, body);
    }

    /// <summary>Has another region answer, if the product lives there: with its own limits, and a URL that leads to it.</summary>
    private async ValueTask<bool> TryForwardAsync(HttpContext http, ConnectRequest request, ReadOnlyMemory<byte> body)
    {
        if (!await homes.TryForwardAsync(http, request.ProductId, body))
            return false;
        ConnectSubject.Of(http).IsForwarded = true;
        return true;
    }

    private async ValueTask<(DeviceAddress Address, RegistryEntry Product, RegistryEntry Device)> FindAsync(HttpContext http, ConnectRequest request)
    {
        var found = await peers.FindAsync(request, http.RequestAborted);
        ConnectSubject.Of(http).Device = found.Address;
        return found;
    }

    /// <summary>The call, e.g. <c>client/connect</c>: by its route, since a path can be spelled in many ways.</summary>
    public static string NameOf(HttpContext http) => ((RouteEndpoint)http.GetEndpoint()!).RoutePattern.RawText!["/v1/".Length..];

    /// <summary>
    /// A token's exp. One that has passed by our clock, and was accepted because clocks may differ, ends as much later: a URL that is
    /// handed out works at once.
    /// </summary>
    private DateTime TicketEnd(AccessToken token, DateTime now) =>
        token.ExpiresAt.UtcDateTime > now ? token.ExpiresAt.UtcDateTime : token.ExpiresAt.UtcDateTime + tokens.Value.ClockSkew;

    private string UrlFor(HttpContext http, Ticket ticket) =>
        SignalingEndpoint.UrlOf(url.WebSocketOf(http.Request), ticket.Device, tickets.Protect(ticket));

    private static IResult Json<T>(T body) => Results.Json(body, ProtocolJson.Wire.Options);
}
