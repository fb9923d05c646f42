using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Heliograph.Protocol.Routing;

namespace Heliograph.Sdk;

/// <summary>
/// One WebSocket to the service. It lives once; reconnecting is the connection's business. Sending never waits: frames queue up, and
/// a socket that takes none of them any more is given up.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "RunAsync disposes the socket at its end. _abort stays: it may be used until nobody knows it any more, and holds nothing.")]
internal sealed class RoutingSocket
{
    private const int MaxFrameBytes = 4 * 1024 * 1024;
    private const long MaxQueuedBytes = 16 * 1024 * 1024;
    private const int ReadBytes = 4096;

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(20);
    private static readonly byte[] Ping = RoutingWriter.Ping.ToArray();
    private static readonly byte[] Pong = RoutingWriter.Pong.ToArray();

    private readonly ClientWebSocket _socket;
    private readonly TimeProvider _time;
    private readonly Channel<Outgoing> _outbox = Channel.CreateUnbounded<Outgoing>(new() { SingleReader = true });
    private readonly CancellationTokenSource _abort = new();
    private readonly Lock _pongGate = new();
    private TaskCompletionSource _pong = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HeliographException? _error;
    private long _queuedBytes;
    private (SignalingChannel Channel, int Bytes)? _largest;

    private RoutingSocket(ClientWebSocket socket, TimeProvider time)
    {
        _socket = socket;
        _time = time;
    }

    /// <summary>Opens a signaling URL, as it is.</summary>
    /// <exception cref="ConnectionException">It can't be opened.</exception>
    public static async Task<RoutingSocket> OpenAsync(Uri url, HttpMessageInvoker invoker, TimeProvider time, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        // Half-open connections are found out: nothing else would tell a device, which may be silent for months.
        socket.Options.KeepAliveInterval = KeepAliveInterval;
        socket.Options.KeepAliveTimeout = KeepAliveTimeout;
        socket.Options.CollectHttpResponseDetails = true;
        using var timeout = new CancellationTokenSource(OpenTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(url, invoker, either.Token).ConfigureAwait(false);
            return new(socket, time);
        }
        catch (Exception error)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            if (error is WebSocketException or HttpRequestException)
                throw Refused(status, error);
            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new ConnectionException(SignalingErrorCodes.Timeout, "The signaling connection did not open in time.");
            throw;
        }
    }

    /// <summary>
    /// Where the service has closed the connection over a message that is too large for it: the largest that was sent, since that
    /// one surely is, and its channel.
    /// </summary>
    public (SignalingChannel Channel, int Bytes)? Oversized { get; private set; }

    /// <summary>Reads and writes until the connection ends.</summary>
    /// <param name="onFrame">Takes each frame, in order; PING and PONG are dealt with here.</param>
    /// <returns>Why it ended.</returns>
    public async Task<HeliographException> RunAsync(Action<PeerFrame> onFrame)
    {
        var writing = WriteAsync();
        try
        {
            await ReadAsync(onFrame).ConfigureAwait(false);
            // What is queued still goes out, and a close frame after it.
            BeginClose();
            await writing.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            SetError(new(SignalingErrorCodes.ConnectionLost, "The signaling connection was lost.", error));
        }

        await _abort.CancelAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        if (_socket.CloseStatus == WebSocketCloseStatus.MessageTooBig)
            Oversized = _largest;
        _socket.Dispose();
        return _error!;
    }

    /// <summary>Queues a frame.</summary>
    /// <returns>False where the connection is ending: the frame is gone.</returns>
    public bool TrySend(byte[] frame)
    {
        if (Interlocked.Add(ref _queuedBytes, frame.Length) <= MaxQueuedBytes)
            return _outbox.Writer.TryWrite(new(frame, null));
        Abort(new(SignalingErrorCodes.ConnectionLost, "The signaling connection takes no messages any more."));
        return false;
    }

    /// <summary>Queues a channel, which is asked for its frames when its turn has come.</summary>
    /// <returns>False where the connection is ending: it will not be asked.</returns>
    public bool TryQueue(SignalingChannel channel) => _outbox.Writer.TryWrite(new(null, channel));

    /// <summary>Asks the service for a sign of life.</summary>
    /// <returns>Whether it came in time.</returns>
    public async Task<bool> PingAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task pong;
        lock (_pongGate)
            pong = _pong.Task;
        TrySend(Ping);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token, cancellationToken);
        try
        {
            await pong.WaitAsync(timeout, _time, end.Token).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The connection has ended meanwhile.
            return false;
        }
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort(ConnectionException reason)
    {
        SetError(reason);
        // Not here and now: the caller may hold a channel's lock, and what is cancelled takes the locks of others.
        _ = _abort.CancelAsync();
    }

    /// <summary>Ends the connection in order: what is queued goes out, then a close frame. By the real clock, since it is a real socket.</summary>
    public void BeginClose()
    {
        _outbox.Writer.TryComplete();
        _abort.CancelAfter(CloseTimeout);
    }

    private async Task ReadAsync(Action<PeerFrame> onFrame)
    {
        var buffer = new ArrayBufferWriter<byte>(ReadBytes);
        while (true)
        {
            var result = await _socket.ReceiveAsync(buffer.GetMemory(ReadBytes), _abort.Token).ConfigureAwait(false);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                SetError(new(SignalingErrorCodes.ConnectionLost, $"The service closed the signaling connection ({(int?)_socket.CloseStatus})."));
                return;
            }

            buffer.Advance(result.Count);
            if (buffer.WrittenCount > MaxFrameBytes)
            {
                Abort(new(SignalingErrorCodes.BadResponse, "The service sent a message that is too large."));
                continue;
            }

            if (!result.EndOfMessage)
                continue;
            if (result.MessageType == WebSocketMessageType.Text && PeerFrame.TryRead(buffer.WrittenSpan, out var frame))
                Dispatch(frame, onFrame);
            // A rare large message must not stay in memory for months.
            if (buffer.Capacity > 16 * ReadBytes)
                buffer = new(ReadBytes);
            else
                buffer.ResetWrittenCount();
        }
    }

    private void Dispatch(PeerFrame frame, Action<PeerFrame> onFrame)
    {
        switch (frame.Type)
        {
            case PeerFrame.Ping:
                TrySend(Pong);
                break;
            case PeerFrame.Pong:
                lock (_pongGate)
                {
                    _pong.SetResult();
                    _pong = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                break;
            default:
                onFrame(frame);
                break;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var (frame, channel) in _outbox.Reader.ReadAllAsync(_abort.Token).ConfigureAwait(false))
            {
                if (frame is not null)
                {
                    await WriteAsync(frame).ConfigureAwait(false);
                    Interlocked.Add(ref _queuedBytes, -frame.Length);
                }

                if (channel is not null)
                    await WriteAllOfAsync(channel).ConfigureAwait(false);
            }

            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _abort.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Abort(new(SignalingErrorCodes.ConnectionLost, "The signaling connection was lost.", error));
        }
        finally
        {
            _outbox.Writer.TryComplete();
        }
    }

    private async Task WriteAllOfAsync(SignalingChannel channel)
    {
        foreach (var frame in channel.TakeOutgoing())
        {
            if (_largest is not { } largest || frame.Length > largest.Bytes)
                _largest = (channel, frame.Length);
            await WriteAsync(frame).ConfigureAwait(false);
        }
    }

    private ValueTask WriteAsync(byte[] frame) =>
        _socket.SendAsync(frame.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, _abort.Token);

    /// <summary>The first reason counts: what follows is its consequence.</summary>
    private void SetError(ConnectionException error) => Interlocked.CompareExchange(ref _error, error, null);

    private static ConnectionException Refused(int status, Exception error) => status switch
    {
        0 => new(SignalingErrorCodes.NetworkError, $"The signaling connection can't be opened: {error.GetBaseException().Message.TrimEnd('.')}.", error),
        401 or 403 => new(SignalingErrorCodes.UrlExpired, $"The service does not take the signaling URL any more (status {status}).", error),
        _ => new(SignalingErrorCodes.BadResponse, $"The signaling connection was refused with status {status}.", error),
    };

    /// <summary>One of the two: a frame, or a channel that has some.</summary>
    private readonly record struct Outgoing(byte[]? Frame, SignalingChannel? Channel);
}
