namespace Heliograph.Sdk;

/// <summary>Keeps a WebSocket to the service open. Thread-safe.</summary>
internal sealed class Connection(IConnectionOwner owner, HttpMessageInvoker invoker, TimeProvider time) : IAsyncDisposable
{
    /// <summary>A connection that held this long was a good one: failures are counted afresh.</summary>
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PongTimeout = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstOpening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RoutingSocket? _socket;
    private volatile ConnectionState _state;
    private volatile HeliographException? _end;
    private (SignalingChannel Channel, int Bytes)? _oversized;
    private Task? _running;

    public ConnectionState State => _state;

    /// <summary>Completes when the connection has opened for the first time; fails where it never will, or has ended for good.</summary>
    public Task FirstOpening => _end is { } end ? Task.FromException(end) : _firstOpening.Task;

    /// <summary>Begins to connect; does nothing the second time.</summary>
    public void Start()
    {
        lock (_gate)
            _running ??= Task.Run(RunAsync);
    }

    /// <summary>Queues a frame; while there is no connection, it is gone.</summary>
    public void Send(byte[] frame) => _socket?.TrySend(frame);

    /// <summary>Queues a channel, which is asked for its frames when its turn has come.</summary>
    /// <returns>False while there is no connection: it will not be asked.</returns>
    public bool TryQueue(SignalingChannel channel) => _socket?.TryQueue(channel) ?? false;

    /// <summary>Asks the service for a sign of life, and reconnects if there is none within a second.</summary>
    /// <returns>Whether the service gave one.</returns>
    public async Task<bool> CheckAliveAsync(CancellationToken cancellationToken)
    {
        if (_socket is not { } socket)
            return false;
        if (await socket.PingAsync(PongTimeout, cancellationToken).ConfigureAwait(false))
            return true;
        socket.Abort(new(SignalingErrorCodes.ConnectionLost, "The service gives no sign of life."));
        return false;
    }

    /// <summary>Closes for good: what is queued still goes out where there is a connection.</summary>
    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (_gate)
            running = _running ??= Task.CompletedTask;
        // Whoever waits for this on a UI thread, blocking it, is not to wait for ever.
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket?.BeginClose();
        await running.ConfigureAwait(false);
        End(ConnectionState.Closed, null);
    }

    private async Task RunAsync()
    {
        var failures = 0;
        var everOpened = false;
        while (!_stop.IsCancellationRequested)
        {
            SetState(ConnectionState.Connecting, null);
            var (error, opened, held) = await TryAsync().ConfigureAwait(false);
            everOpened |= opened;
            if (_stop.IsCancellationRequested)
                return;
            if (held)
                failures = 0;
            if (everOpened ? failures >= owner.MaxTries : owner.FirstFailureIsFinal)
            {
                End(ConnectionState.Failed, error);
                return;
            }

            var delay = Backoff.Delay(failures++, owner.LongestDelay, error);
            SetState(ConnectionState.WaitRetry, error);
            await Task.Delay(delay, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One try: from asking for a URL to the end of the connection.</summary>
    /// <returns>Why it ended, whether it had opened, and whether it had held.</returns>
    private async Task<(HeliographException Error, bool Opened, bool Held)> TryAsync()
    {
        RoutingSocket socket;
        try
        {
            socket = await RoutingSocket.OpenAsync(await owner.GetUrlAsync(_stop.Token).ConfigureAwait(false), invoker, time, _stop.Token).ConfigureAwait(false);
        }
        catch (HeliographException error)
        {
            return (error, false, false);
        }
        catch (Exception error)
        {
            // Because of a close; or the application's own HttpHandler has thrown, after which a device must still go on trying.
            return (new ConnectionException(SignalingErrorCodes.InternalError, $"Connecting has failed: {error.GetType().Name}.", error), false, false);
        }

        var openedAt = time.GetTimestamp();
        _socket = socket;
        // Between this and the line above a close may have come.
        if (_stop.IsCancellationRequested)
            socket.BeginClose();
        SetState(ConnectionState.Connected, null);
        _firstOpening.TrySetResult();
        owner.Opened();
        if (_oversized is { } oversized)
            oversized.Channel.FailOversized(oversized.Bytes);
        var reason = await socket.RunAsync(owner.Receive).ConfigureAwait(false);
        _socket = null;
        _oversized = socket.Oversized;
        owner.Lost();
        return (reason, true, time.GetElapsedTime(openedAt) >= Held);
    }

    private void SetState(ConnectionState state, HeliographException? error)
    {
        lock (_gate)
        {
            if (_state is ConnectionState.Failed or ConnectionState.Closed || _state == state)
                return;
            _state = state;
            owner.StateChanged(state, error);
        }
    }

    private void End(ConnectionState state, HeliographException? error)
    {
        _end ??= error ?? new ConnectionException(SignalingErrorCodes.ConnectionLost, "The connection was closed.");
        SetState(state, error);
        if (_firstOpening.TrySetException(_end))
            // Whoever waits for it learns of it; nobody has to.
            _ = _firstOpening.Task.Exception;
    }
}
