using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Heliograph.Doctor;

/// <summary>The opening handshake of a WebSocket (RFC 6455 section 4), made by hand so that every other answer can be told.</summary>
internal static class Upgrade
{
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private const string LetThrough =
        "Let the proxy pass WebSockets through: HTTP/1.1 to the service, with the headers Upgrade and Connection (docs/operations.md, 'Behind a proxy').";

    /// <summary>Opens a signaling URL.</summary>
    /// <exception cref="StepFailedException">It does not open.</exception>
    public static async Task<(PeerSocket Socket, TimeSpan Duration)> OpenAsync(Visit visit, string signalingUrl, CancellationToken cancellationToken)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Concat("http", signalingUrl.AsSpan("ws".Length)))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new("websocket"));
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", key);
        request.Headers.Add("Origin", "https://doctor.invalid");

        var start = Stopwatch.GetTimestamp();
        var response = await visit.Caller.SendAsync(request, cancellationToken);
        try
        {
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
                throw new StepFailedException(Explain(await visit.Caller.ReadAsync(visit, response, start, cancellationToken)));
            if (!response.Headers.TryGetValues("Sec-WebSocket-Accept", out var accept) || accept.Single() != Accept(key))
                throw new StepFailedException("the upgrade is answered 101, but by something that does not speak WebSocket", LetThrough);

            // Pings of this side would hide what proxies do to sockets that are idle.
            var socket = WebSocket.CreateFromStream(
                await response.Content.ReadAsStreamAsync(cancellationToken), new WebSocketCreationOptions { IsServer = false, KeepAliveInterval = TimeSpan.Zero });
            return (new(socket), Stopwatch.GetElapsedTime(start));
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static Finding Explain(HttpAnswer answer)
    {
        var seen = $"instead of 101, the upgrade is answered {answer.Description}";
        return answer.Status switch
        {
            HttpStatusCode.OK => Finding.Failed(seen, $"Something answers it like any page. {LetThrough}"),
            HttpStatusCode.UpgradeRequired => Finding.Failed($"{seen}: the Upgrade header was lost on the way", LetThrough),
            HttpStatusCode.BadRequest or HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed => Finding.Failed(seen, LetThrough),
            HttpStatusCode.NotFound => Finding.Failed(seen, "The path of the signaling URL leads nowhere: let the proxy pass /v1/signaling/ on, and look at the path of PublicUrl."),
            HttpStatusCode.Unauthorized when answer.Error is not null => Finding.Failed(
                seen, "The ticket was refused: does the URL lead to the service that made it, and does the proxy pass the query on unchanged?"),
            _ => UnexpectedAnswer.Explain(answer) with { Seen = seen },
        };
    }

    // SHA-1 is what RFC 6455 prescribes here; it proves only that the server understood the handshake.
#pragma warning disable CA5350
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
#pragma warning restore CA5350
}
