using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace Heliograph.Doctor;

/// <summary>A peer's WebSocket, which keeps what it receives until somebody asks for it.</summary>
internal sealed class PeerSocket : IAsyncDisposable
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly WebSocket _socket;
    private readonly Channel<byte[]> _received = Channel.CreateUnbounded<byte[]>();
    private readonly List<byte[]> _unread = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;
    private readonly long _opened = Stopwatch.GetTimestamp();

    public PeerSocket(WebSocket socket)
    {
        _socket = socket;
        _reading = ReadAsync();
    }

    /// <summary>Whether anything at all has come from the other side.</summary>
    public bool HasReceived { get; private set; }

    /// <summary>How it ended, in words; null while it is open.</summary>
    public string? Ending { get; private set; }

    /// <summary>Completes when the connection has ended.</summary>
    public Task Ended => _reading;

    /// <exception cref="StepFailedException">The connection has ended.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        try
        {
            await _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        catch (Exception error) when (error is WebSocketException or IOException or ObjectDisposedException)
        {
            await _reading;
            throw HasEnded();
        }
    }

    /// <summary>The next frame that fits, or null where none comes in time. Those that don't fit are kept for others.</summary>
    /// <exception cref="StepFailedException">The connection has ended.</exception>
    public async Task<JsonElement?> ReceiveAsync(Func<JsonElement, bool> fits, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _unread.Count; i++)
        {
            if (Fit(_unread[i], fits) is { } found)
            {
                _unread.RemoveAt(i);
                return found;
            }
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            while (true)
            {
                var frame = await _received.Reader.ReadAsync(limit.Token);
                if (Fit(frame, fits) is { } found)
                    return found;
                _unread.Add(frame);
            }
        }
        catch (ChannelClosedException)
        {
            throw HasEnded();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(CloseTimeout);
            if (_socket.State == WebSocketState.Open)
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
            await _reading.WaitAsync(limit.Token);
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException)
        {
            // It is cut instead.
        }

        await _stop.CancelAsync();
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _stop.Dispose();
    }

    private static JsonElement? Fit(byte[] frame, Func<JsonElement, bool> fits)
    {
        try
        {
            using var document = JsonDocument.Parse(frame);
            return document.RootElement.ValueKind == JsonValueKind.Object && fits(document.RootElement) ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private StepFailedException HasEnded() => new(
        $"the connection ended {Ending}",
        "Where its close code is 1001 or above 4000, docs/operations.md of the service tells what it means; without one, a proxy or firewall cut it: look at its log.");

    private async Task ReadAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                ValueWebSocketReceiveResult result;
                do
                {
                    result = await _socket.ReceiveAsync(buffer.AsMemory(), _stop.Token);
                    HasReceived = true;
                    message.Write(buffer, 0, result.Count);
                }
                while (!result.EndOfMessage);
                if (result.MessageType == WebSocketMessageType.Close)
                    break;
                _received.Writer.TryWrite(message.ToArray());
            }

            Ending = $"with the close code {(int?)_socket.CloseStatus}, {Age}";
        }
        catch (Exception error) when (error is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            Ending = $"without a close frame, {Age}";
        }
        finally
        {
            _received.Writer.Complete();
        }
    }

    private string Age => $"{Terminal.Durations.Measured(Stopwatch.GetElapsedTime(_opened))} after it was opened";
}
