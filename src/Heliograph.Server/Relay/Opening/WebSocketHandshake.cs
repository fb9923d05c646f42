using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace Heliograph.Server.Relay.Opening;

/// <summary>
/// The opening handshake of a WebSocket, over HTTP/1.1 (RFC 6455 section 4) and over HTTP/2 (RFC 8441). Extensions and
/// subprotocols that a peer offers are not taken up.
/// </summary>
internal static class WebSocketHandshake
{
    private const string Protocol = "websocket";
    private const string Version = "13";
    private const int KeyLength = 16;

    private static ReadOnlySpan<byte> Guid => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    private static ReadOnlySpan<byte> AnswerStart => "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "u8;

    private static ReadOnlySpan<byte> AnswerEnd => "\r\n\r\n"u8;

    /// <summary>Whether the request asks for a WebSocket.</summary>
    public static bool IsRequest(HttpContext http)
    {
        if (http.Request.Headers.SecWebSocketVersion != Version)
            return false;
        if (IsExtendedConnect(http, out var connect))
            return string.Equals(connect.Protocol, Protocol, StringComparison.OrdinalIgnoreCase);

        // What HTTP/1.0 says of an upgrade is ignored (RFC 9110 section 7.8), which the framework leaves to us.
        return !HttpProtocol.IsHttp10(http.Request.Protocol)
            && http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            && http.Request.Headers.GetCommaSeparatedValues(HeaderNames.Upgrade).Contains(Protocol, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Says in the headers of a refusal what a handshake must have (RFC 6455 section 4.2.2, RFC 9110 section 15.5.22).</summary>
    public static void DescribeTo(HttpResponse response)
    {
        response.Headers.SecWebSocketVersion = Version;
        response.Headers.Upgrade = Protocol;
        // Without the second word Kestrel closes the connection behind the answer, and whoever sends the next request on it gets none.
        response.Headers.Connection = new([HeaderNames.Upgrade, "keep-alive"]);
    }

    /// <summary>Refuses a malformed handshake.</summary>
    /// <exception cref="ApiException">400: it is.</exception>
    public static void ThrowIfMalformed(HttpContext http)
    {
        Span<byte> decoded = stackalloc byte[KeyLength + 2];
        if (!IsExtendedConnect(http, out _)
            && (http.Request.Headers.SecWebSocketKey is not [{ } key] || !Convert.TryFromBase64String(key, decoded, out var length) || length != KeyLength))
            throw ApiException.BadRequest("Sec-WebSocket-Key must be 16 bytes in base64.");
    }

    /// <summary>Answers a well-formed handshake.</summary>
    /// <returns>The connection's stream; disposing it ends the server's side.</returns>
    public static async Task<Stream> AcceptAsync(HttpContext http)
    {
        // A connection lives for months; the server's limits for ordinary requests are not for it.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } requestRate)
            requestRate.MinDataRate = null;
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } responseRate)
            responseRate.MinDataRate = null;
        if (IsExtendedConnect(http, out var connect))
            return await connect.AcceptAsync();

        var headers = http.Response.Headers;
        headers.Upgrade = Protocol;
        headers.Connection = HeaderNames.Upgrade;
        headers.SecWebSocketAccept = Accept(Encoding.ASCII.GetBytes(http.Request.Headers.SecWebSocketKey.ToString()));
        return await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    /// <summary>The whole answer to a handshake over HTTP/1.1.</summary>
    /// <param name="key">Its Sec-WebSocket-Key.</param>
    public static byte[] AnswerTo(ReadOnlySpan<byte> key) => [.. AnswerStart, .. Encoding.ASCII.GetBytes(Accept(key)), .. AnswerEnd];

    private static bool IsExtendedConnect(HttpContext http, [NotNullWhen(true)] out IHttpExtendedConnectFeature? connect)
    {
        connect = http.Features.Get<IHttpExtendedConnectFeature>();
        return connect is { IsExtendedConnect: true };
    }

    // SHA-1 is what RFC 6455 prescribes here; it proves only that the server understood the handshake.
#pragma warning disable CA5350
    private static string Accept(ReadOnlySpan<byte> key) => Convert.ToBase64String(SHA1.HashData([.. key, .. Guid]));
#pragma warning restore CA5350
}
