using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Ice;
using Heliograph.Server.Registry;
using Heliograph.Server.Relay;
using Heliograph.Server.Relay.Opening;
using Heliograph.Server.Tokens;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Connect;

/// <summary>Answers the protocol's three HTTP calls, when it is their turn.</summary>
internal sealed class ConnectCalls(
    ConnectQueues queues,
    ConnectTelemetry telemetry,
    PeerAuthenticator peers,
    RateLimits limits,
    TicketProtector tickets,
    IceServers iceServers,
    TakeoverLimiter takeovers,
    IPresence presence,
    KeyUses keyUses,
    Drain drain,
    IOptions<ConnectOptions> options,
    IOptions<TokenOptions> tokens,
    TimeProvider time)
{
    /// <summary>Answers a call.</summary>
    /// <returns>The answer, JSON in UTF-8; null where another region has given it.</returns>
    /// <exception cref="ApiException">The call is refused, see the protocol.</exception>
    public async ValueTask<byte[]?> AnswerAsync(ConnectCall call)
    {
        var started = time.GetTimestamp();
        try
        {
            drain.ThrowIfClosed();
            // Before it takes anything that others wait for.
            limits.Admit(call.Address, call.Name);
            // Not in its turn, which whoever sends it slowly would hold.
            var body = await call.ReadBodyAsync();
            var request = TryRead(body);
            var turn = (request is not null && peers.NeedsDatabase(request) ? queues.LookUps : queues.Kept).Enter();
            var answer = await AnswerInTurnAsync(turn, call, body, request);
            telemetry.Answered(call, started, isForwarded: answer is null);
            return answer;
        }
        catch (Exception error)
        {
            telemetry.Failed(call, started, error);
            throw;
        }
    }

    /// <summary>What the caller wrote; null where it is refused for that, when it is its turn.</summary>
    private static ConnectRequest? TryRead(ReadOnlyMemory<byte> body)
    {
        try
        {
            return RequestBody.Parse(body, ProtocolJson.Default.ConnectRequest);
        }
        catch (ApiException)
        {
            return null;
        }
    }

    private async ValueTask<byte[]?> AnswerInTurnAsync(ConnectTurn turn, ConnectCall call, ReadOnlyMemory<byte> body, ConnectRequest? request)
    {
        await using var end = turn;
        call.Turn = turn;
        var left = turn.IsLater ? call.Aborted : default;
        await turn;
        // Who has left while they waited is not worth a signature's verification.
        left.ThrowIfCancellationRequested();
        // Once more: it may have waited for some seconds.
        drain.ThrowIfClosed();

        // Taken before the registry is asked: what is revoked from here on covers the ticket.
        var issuedAt = time.GetUtcMilliseconds();
        call.Request = request ??= RequestBody.Parse(body, ProtocolJson.Default.ConnectRequest);
        _ = request.ProductId ?? throw ApiException.BadRequest("productId: is missing.");
        _ = request.DeviceId ?? throw ApiException.BadRequest("deviceId: is missing.");
        var bearer = PeerAuthenticator.Bearer(call.Authorization);
        if (bearer is null && call.Name == ConnectCall.ConnectDevice)
            throw ApiException.Unauthorized("A device needs a token: 'Authorization: Bearer' and a JWT.");
        if (await call.TryForwardAsync(body))
            return null;

        var (address, product, device) = peers.FindKept(request) ?? await peers.FindAsync(request, call.Aborted);
        // Back from the database.
        await turn;
        call.Device = address;
        return call.Name switch
        {
            ConnectCall.ConnectDevice => Json(await ConnectDeviceAsync(call, bearer!, address, device, issuedAt), ProtocolJson.Wire.DeviceConnectResponse),
            ConnectCall.ConnectClient => Json(await ConnectClientAsync(call, bearer, address, product, issuedAt), ProtocolJson.Wire.ClientConnectResponse),
            _ => Json(GetIceServers(call, bearer, address, product, device), ProtocolJson.Wire.IceServersResponse),
        };
    }

    private async ValueTask<DeviceConnectResponse> ConnectDeviceAsync(
        ConnectCall call, string bearer, DeviceAddress address, RegistryEntry device, DateTime issuedAt)
    {
        var token = peers.AuthenticateDevice(bearer, address, device);

        // Counted after the token, so that nobody but the product's own devices can use up what they have.
        limits.Admit(address.Product, call.Name);
        if (takeovers.Delay(address) is { } delay && await presence.IsDeviceOnlineAsync(address, call.Aborted))
            throw ApiException.TooManyRequests("This device's connections replace each other too often; is its identity on two devices?", delay);

        keyUses.Used(address, token.Key);
        var ticket = new Ticket(
            Role.Device, address, default, Authorized: true, token.Key, issuedAt, issuedAt + options.Value.DeviceTicketLifetime);
        return new(UrlFor(call, ticket));
    }

    private async ValueTask<ClientConnectResponse> ConnectClientAsync(
        ConnectCall call, string? bearer, DeviceAddress address, RegistryEntry product, DateTime issuedAt)
    {
        limits.Admit(address.Product, call.Name);
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
        var isOnline = await presence.IsDeviceOnlineAsync(address, call.Aborted);
        return new(UrlFor(call, ticket), isOnline, channel.ToString());
    }

    private IceServersResponse GetIceServers(ConnectCall call, string? bearer, DeviceAddress address, RegistryEntry product, RegistryEntry device)
    {
        var token = bearer is null ? null : peers.Authenticate(bearer, address, product, device);
        if (token is not null)
            keyUses.Used(address, token.Key);
        var withTurn = token is not null && token.HasScope(TokenScopes.Turn);
        return iceServers.For(address, call.Address, product.Region!, withTurn);
    }

    /// <summary>
    /// A token's exp. One that has passed by our clock, and was accepted because clocks may differ, ends as much later: a URL that is
    /// handed out works at once.
    /// </summary>
    private DateTime TicketEnd(AccessToken token, DateTime now) =>
        token.ExpiresAt.UtcDateTime > now ? token.ExpiresAt.UtcDateTime : token.ExpiresAt.UtcDateTime + tokens.Value.ClockSkew;

    private string UrlFor(ConnectCall call, Ticket ticket) => SignalingEndpoint.UrlOf(call.WebSocketBase, ticket.Device, tickets.Protect(ticket));

    private static byte[] Json<T>(T answer, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(answer, type);
}
