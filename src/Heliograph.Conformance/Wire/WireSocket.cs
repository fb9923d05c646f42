using System.Globalization;
using System.Text;

namespace Heliograph.Conformance.Wire;

/// <summary>
/// A WebSocket by hand: a check writes any frames, right or wrong, and sees the frames that come as they are. Where texts are read,
/// the service's pings are answered on the way.
/// </summary>
internal sealed class WireSocket(WireConnection connection) : IAsyncDisposable
{
    public const string PingText = """{"type":"PING"}""";

    /// <summary>The key of the example in RFC 6455 section 1.3; nothing depends on its being random.</summary>
    private const string HandshakeKey = "dGhlIHNhbXBsZSBub25jZQ==";

    private bool _hasSentClose;

    /// <summary>Opens a signaling URL as it is.</summary>
    /// <returns>The answer to the handshake, and the socket where it was 101.</returns>
    public static async Task<(HttpAnswer Answer, WireSocket? Socket)> HandshakeAsync(
        Uri url, IReadOnlyList<(string Name, string Value)> headers, TimeSpan patience, int? receiveBuffer, CancellationToken cancellationToken)
    {
        var connection = await WireConnection.OpenAsync(url, patience, receiveBuffer, cancellationToken);
        try
        {
            var call = new HttpCall(url.PathAndQuery)
            {
                Method = "GET",
                Headers =
                [
                    ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Key", HandshakeKey), ("Sec-WebSocket-Version", "13"), .. headers,
                ],
            };
            await connection.SendAsync(call.Head(url));
            var answer = await HttpAnswer.ReadAsync(connection) ?? throw new CheckFailedException("an answer to the handshake", "the connection ended");
            if (answer.Status == 101)
                return (answer, new(connection));
            await connection.DisposeAsync();
            return (answer, null);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public bool HasReceived => connection.HasReceived;

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => connection.SendAsync(bytes);

    /// <summary>Sends frames in one piece.</summary>
    public Task SendAsync(params WireFrame[] frames) => connection.SendAsync((byte[])[.. frames.SelectMany(x => x.ToBytes())]);

    public Task SendTextAsync(string text) => SendAsync(WireFrame.OfText(text));

    public Task SendMessageAsync(string channelId, string message) => SendTextAsync(MessageText(channelId, message));

    public Task SendErrorAsync(string channelId, string code) => SendTextAsync(ErrorText(channelId, code));

    public static string MessageText(string channelId, string message) =>
        $$"""{"type":"MESSAGE","channelId":"{{channelId}}","message":{{message}}}""";

    public static string ErrorText(string channelId, string code) =>
        $$$"""{"type":"ERROR","channelId":"{{{channelId}}}","error":{"code":"{{{code}}}","message":"from a check"}}""";

    /// <summary>The next frame as it is; null where the connection ended.</summary>
    public Task<WireFrame?> ReadFrameAsync() => WireFrame.ReadAsync(connection);

    /// <summary>The next frame as it is; null where the connection ended.</summary>
    /// <param name="expected">What ought to come, for the report.</param>
    /// <exception cref="CheckFailedException">Nothing came.</exception>
    public async Task<WireFrame?> NextFrameAsync(string expected)
    {
        try
        {
            return await ReadFrameAsync();
        }
        catch (TimeoutException error)
        {
            throw new CheckFailedException(expected, error.Message);
        }
    }

    /// <summary>The next text.</summary>
    /// <param name="expected">What ought to come, for the report.</param>
    /// <param name="takesPings">Whether a PING is what is looked for; else it is the service's own, and is answered.</param>
    /// <exception cref="CheckFailedException">Nothing came, or the connection ended.</exception>
    public async Task<Routed> NextAsync(string expected, bool takesPings = false)
    {
        try
        {
            while (await ReadFrameAsync() is { } frame)
            {
                switch (frame.Opcode)
                {
                    case WireFrame.Text when takesPings || frame.PayloadText != PingText:
                        return new(frame.PayloadText);
                    case WireFrame.Text:
                        await SendTextAsync("""{"type":"PONG"}""");
                        break;
                    case WireFrame.Ping:
                        await SendAsync(new WireFrame(WireFrame.Pong, frame.Payload));
                        break;
                    case WireFrame.Close:
                        throw new CheckFailedException(expected, $"the service closed the connection ({Describe(frame)})");
                }
            }
        }
        catch (TimeoutException error)
        {
            throw new CheckFailedException(expected, error.Message);
        }

        throw new CheckFailedException(expected, "the connection was cut");
    }

    /// <summary>The next text, which must be of this type and channel.</summary>
    public async Task<Routed> NextAsync(string type, string channelId)
    {
        var next = await NextAsync($"{type} of the channel");
        if (next.Type != type)
            throw new CheckFailedException($"{type} of the channel", next.ToString());
        if (next.ChannelId != channelId)
            throw new CheckFailedException($"{type} with the channelId of the channel", $"{next} with {(next.ChannelId is null ? "none" : "another one")}");
        return next;
    }

    /// <summary>Asks for a PONG, and returns what came before it: all that the service had sent until then.</summary>
    public async Task<IReadOnlyList<Routed>> DrainAsync()
    {
        await SendTextAsync(PingText);
        var before = new List<Routed>();
        while (await NextAsync("PONG, since PING was sent") is var next && next.Type != "PONG")
            before.Add(next);
        return before;
    }

    /// <summary>Reads until the service ends the connection.</summary>
    /// <returns>The close frame, null where there was none; and the texts before it.</returns>
    public async Task<(WireFrame? Close, IReadOnlyList<Routed> Before)> ReadToEndAsync(string expected)
    {
        var before = new List<Routed>();
        try
        {
            while (await ReadFrameAsync() is { } frame)
            {
                if (frame.Opcode == WireFrame.Close)
                    return (frame, before);
                if (frame.Opcode == WireFrame.Text)
                    before.Add(new(frame.PayloadText));
            }
        }
        catch (TimeoutException error)
        {
            throw new CheckFailedException(expected, $"the connection lives on; {error.Message}");
        }

        return (null, before);
    }

    /// <summary>Closes in order and waits for the end.</summary>
    public async Task CloseAsync()
    {
        if (_hasSentClose)
            return;
        _hasSentClose = true;
        try
        {
            await SendAsync(WireFrame.OfClose(1000));
            await ReadToEndAsync("the connection to end, since it was closed");
        }
        catch (IOException)
        {
            // Cut by the service.
        }
    }

    /// <summary>Cuts the connection, as a crashed peer's machine does.</summary>
    public void Cut() => connection.Reset();

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    public static string Describe(WireFrame close) =>
        close.CloseCode is { } code
            ? string.Create(CultureInfo.InvariantCulture, $"code {code} '{Redaction.Of(Encoding.UTF8.GetString(close.Payload.AsSpan(2)))}'").Replace(" ''", "", StringComparison.Ordinal)
            : "no code";
}
