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
    private Task? _running;

    public ConnectionState State => _state;

    /// <summary>Completes when the connection has opened for the first time; fails where it never will.</summary>
    public Task FirstOpening => _firstOpening.Task;

    /// <summary>Begins to connect; does nothing the second time.</summary>
    public void Start()
    {
        lock (_gate)
            _running ??= Task.Run(RunAsync);
    }

    /// <summary>Queues a frame.</summary>
    /// <returns>False while there is no connection: the frame is gone.</returns>
    public bool TrySend(byte[] frame, bool isResent = false) => _socket?.TrySend(frame, isResent) ?? false;

    /// <summary>Asks the service for a sign of life, and reconnects if there is none within a second.</summary>
    /// <returns>Whether the service gave one.</returns>
    public async Task<bool> CheckAliveAsync(CancellationToken cancellationToken)
    {
        if (_socket is not { } socket)
            return false;
        if (await socket.PingAsync(PongTimeout, cancellationToken))
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
        await _stop.CancelAsync();
        _socket?.BeginClose();
        await running;
        End(ConnectionState.Closed, null);
    }

    private async Task RunAsync()
    {
        var failures = 0;
        var everOpened = false;
        while (!_stop.IsCancellationRequested)
        {
            SetState(ConnectionState.Connecting, null);
            var (error, opened, held) = await TryAsync();
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
            socket = await RoutingSocket.OpenAsync(await owner.GetUrlAsync(_stop.Token), invoker, time, _stop.Token);
        }
        catch (HeliographException error)
        {
            return (error, false, false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return (new ConnectionException(SignalingErrorCodes.ConnectionLost, "The connection was closed."), false, false);
        }

        var openedAt = time.GetTimestamp();
        _socket = socket;
        // Between this and the line above a close may have come.
        if (_stop.IsCancellationRequested)
            socket.BeginClose();
        SetState(ConnectionState.Connected, null);
        _firstOpening.TrySetResult();
        owner.Opened();
        var reason = await socket.RunAsync(owner.Receive);
        _socket = null;
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
        SetState(state, error);
        if (_firstOpening.TrySetException(error ?? new ConnectionException(SignalingErrorCodes.ConnectionLost, "The connection was closed.")))
            // Whoever waits for it learns of it; nobody has to.
            _ = _firstOpening.Task.Exception;
    }
}
