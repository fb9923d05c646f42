using System.Net.Sockets;
using System.Text;

namespace Heliograph.Testing;

/// <summary>
/// A WebSocket by hand: a test writes any frames, right or wrong, and sees the frames that come as they are. It answers nothing by
/// itself, neither a ping nor a close.
/// </summary>
public sealed class RawWebSocket : RawConnection
{
    /// <summary>The key of the example in RFC 6455 section 1.3, and its answer.</summary>
    public const string ExampleKey = "dGhlIHNhbXBsZSBub25jZQ==";

    public const string ExampleAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private RawWebSocket((Socket Socket, Stream Stream) opened)
        : base(opened)
    {
    }

    /// <summary>The lines of a right handshake, to be changed by a test.</summary>
    public static IList<string> HandshakeFor(string signalingUrl)
    {
        var url = new Uri(signalingUrl);
        return
        [
            $"GET {url.PathAndQuery} HTTP/1.1",
            $"Host: {url.Authority}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            $"Sec-WebSocket-Key: {ExampleKey}",
            "Sec-WebSocket-Version: 13",
        ];
    }

    /// <summary>Sends a handshake, right or wrong.</summary>
    /// <returns>The connection and the answer to the handshake.</returns>
    public static async Task<(RawWebSocket Socket, RawHttpAnswer Answer)> HandshakeAsync(
        string signalingUrl, IEnumerable<string> lines, byte[]? followedBy = null, int? receiveBuffer = null)
    {
        var socket = new RawWebSocket(await OpenAsync(signalingUrl, receiveBuffer));
        var head = Encoding.Latin1.GetBytes(string.Concat(lines.Select(x => x + "\r\n")) + "\r\n");
        await socket.SendAsync((byte[])[.. head, .. followedBy ?? []]);
        return (socket, await socket.ReadAnswerAsync() ?? throw new InvalidOperationException("The handshake was not answered."));
    }

    /// <summary>Opens a WebSocket.</summary>
    /// <param name="signalingUrl">Its URL.</param>
    /// <param name="followedBy">What is sent in one piece with the handshake.</param>
    /// <param name="receiveBuffer">The size of TCP's receive buffer: a small one makes a slow reader felt sooner.</param>
    public static async Task<RawWebSocket> OpenAsync(string signalingUrl, byte[]? followedBy = null, int? receiveBuffer = null)
    {
        var (socket, answer) = await HandshakeAsync(signalingUrl, HandshakeFor(signalingUrl), followedBy, receiveBuffer);
        return answer.Status == 101 ? socket : throw new InvalidOperationException($"The handshake failed: {answer.Status} {answer.Body}");
    }

    public Task SendAsync(RawFrame frame) => SendAsync(frame.ToBytes());

    /// <summary>Sends frames in one piece.</summary>
    public Task SendAsync(params RawFrame[] frames) => SendAsync((byte[])[.. frames.SelectMany(x => x.ToBytes())]);

    public Task SendMessageAsync(string channelId, string messageJson) =>
        SendAsync(RawFrame.OfText($$"""{"type":"MESSAGE","channelId":"{{channelId}}","message":{{messageJson}}}"""));

    /// <summary>The next frame; null where the connection ended.</summary>
    public async Task<RawFrame?> ReadFrameAsync()
    {
        if (await ReadAsync(2) is not [var first, var second])
            return null;

        long length = second & 0x7F;
        if (length >= 126)
        {
            if (await ReadAsync(length == 126 ? 2 : 8) is not { } extended)
                return null;
            length = extended.Aggregate(0L, (sum, x) => (sum << 8) | x);
        }

        return await ReadAsync((int)length) is not { } payload
            ? null
            : new(first & 0x0F, payload) { IsFinal = (first & 0x80) != 0, Reserved = (first >> 4) & 7, IsMasked = (second & 0x80) != 0 };
    }

    /// <summary>The next text; other frames before it are skipped.</summary>
    /// <exception cref="InvalidOperationException">The connection ended.</exception>
    public async Task<string> ReadTextAsync()
    {
        while (await ReadFrameAsync() is { } frame)
        {
            if (frame.Opcode == RawFrame.Text)
                return frame.PayloadText;
            if (frame.Opcode == RawFrame.Close)
                throw new InvalidOperationException($"The connection was closed: {frame.CloseCode}");
        }

        throw new InvalidOperationException("The connection ended.");
    }

    /// <summary>The code of the close frame that comes sooner or later, answering it; null where the connection is cut without one.</summary>
    public async Task<int?> ReadCloseAsync()
    {
        while (await ReadFrameAsync() is { } frame)
        {
            if (frame.Opcode != RawFrame.Close)
                continue;
            try
            {
                await SendAsync(frame with { IsMasked = true });
            }
            catch (IOException)
            {
                // The service has ended the connection already.
            }

            return frame.CloseCode;
        }

        return null;
    }

    /// <summary>Shows that the connection lives: asks for a PONG, and returns the texts that came before it.</summary>
    public async Task<IReadOnlyList<string>> DrainAsync()
    {
        await SendAsync(RawFrame.OfText("""{"type":"PING"}"""));
        var before = new List<string>();
        while (await ReadTextAsync() is var text && text != """{"type":"PONG"}""")
            before.Add(text);
        return before;
    }
}
