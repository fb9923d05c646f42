using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Heliograph.Testing;

/// <summary>A peer on a real WebSocket that keeps all it receives, in order.</summary>
public sealed class TestPeer : IAsyncDisposable
{
    /// <summary>Long enough for any machine; a test that waits this long has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket;
    private readonly Channel<string> _received = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    private TestPeer(ClientWebSocket socket)
    {
        _socket = socket;
        _reading = ReadAsync();
    }

    /// <summary>The code of the close frame that ended the connection; null where it has not ended, or was cut.</summary>
    public int? CloseCode => (int?)_socket.CloseStatus;

    /// <summary>What has arrived and nobody has asked for yet. Takes it.</summary>
    public IReadOnlyList<string> Received
    {
        get
        {
            var received = new List<string>();
            while (_received.Reader.TryRead(out var text))
                received.Add(text);
            return received;
        }
    }

    /// <summary>Completes when the connection has ended, however it ended.</summary>
    public Task Ended => _reading.WaitAsync(Patience);

    /// <summary>Whether the connection has ended.</summary>
    public bool HasEnded => _reading.IsCompleted;

    /// <summary>Opens a signaling URL.</summary>
    /// <param name="signalingUrl">The URL, as the service gave it.</param>
    /// <param name="configure">Changes how the socket is opened.</param>
    /// <param name="invoker">The way to the service where it is not the usual one: HTTP/2, another certificate.</param>
    public static async Task<TestPeer> OpenAsync(
        string signalingUrl, Action<ClientWebSocketOptions>? configure = null, HttpMessageInvoker? invoker = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        if (invoker is null)
            socket.Options.RemoteCertificateValidationCallback = TestCertificate.IsShown;
        configure?.Invoke(socket.Options);
        using var patience = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new(signalingUrl), invoker, patience.Token);
        return new(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] payload, WebSocketMessageType type = WebSocketMessageType.Text, bool isLast = true)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _socket.SendAsync(payload, type, isLast, patience.Token);
    }

    public Task SendMessageAsync(string channelId, string messageJson) =>
        SendAsync($$"""{"type":"MESSAGE","channelId":"{{channelId}}","message":{{messageJson}}}""");

    /// <summary>The next text that arrives.</summary>
    /// <exception cref="InvalidOperationException">The connection ended, or nothing came.</exception>
    public async Task<string> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await _received.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException("Nothing came.");
        }
        catch (ChannelClosedException)
        {
            throw new InvalidOperationException($"The connection ended (close code {CloseCode?.ToString() ?? "none"}).");
        }
    }

    public async Task<JsonObject> ReceiveJsonAsync() => JsonNode.Parse(await ReceiveAsync())!.AsObject();

    /// <summary>Asks for a PONG, and returns what came before it: all that the service had sent until then.</summary>
    public async Task<IReadOnlyList<string>> DrainAsync()
    {
        await SendAsync("""{"type":"PING"}""");
        var before = new List<string>();
        while (await ReceiveAsync() is var text && text != """{"type":"PONG"}""")
            before.Add(text);
        return before;
    }

    /// <summary>Closes in order.</summary>
    public async Task CloseAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        await Ended;
    }

    /// <summary>Cuts the connection without a close frame.</summary>
    public void Cut() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                WebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(buffer, _stop.Token);
                    message.Write(buffer, 0, result.Count);
                }
                while (!result.EndOfMessage);

                if (result.MessageType == WebSocketMessageType.Close)
                {
                    if (_socket.State == WebSocketState.CloseReceived)
                        await _socket.CloseOutputAsync(result.CloseStatus ?? WebSocketCloseStatus.Empty, null, _stop.Token);
                    break;
                }

                _received.Writer.TryWrite(Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length));
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // Ended.
        }
        catch (InvalidOperationException) when (_stop.IsCancellationRequested)
        {
            // Cut between two reads: then the socket says that it was never connected.
        }
        finally
        {
            _received.Writer.Complete();
        }
    }
}
