namespace Heliograph.Server.Relay;

/// <summary>
/// What waits to be written to one peer: bounded in bytes, in order, written by whoever finds it idle. Enqueueing never waits and
/// allocates nothing once the queue has grown to the peer's habits.
/// </summary>
/// <param name="socket">Where frames go.</param>
/// <param name="capacity">The most bytes that may wait.</param>
internal sealed class Outbox(SignalingSocket socket, int capacity)
{
    /// <summary>A queue that a burst made larger than this is let go when it is empty.</summary>
    private const int KeptCapacity = 32;

    private readonly Lock _lock = new();
    private TaskCompletionSource? _drained;
    private Queue<OutboundFrame>? _waiting;
    private int _waitingBytes;
    private int _exemptBytes;
    private bool _isWriting;
    private bool _isClosed;

    /// <summary>Of a closed outbox: completes when all that was accepted is written, or can't be.</summary>
    public Task Drained => _drained?.Task ?? Task.CompletedTask;

    /// <summary>Adds a frame, if there is room.</summary>
    /// <param name="frame">The frame; its buffer passes to the outbox when it is accepted.</param>
    /// <param name="isExempt">Not counted against the capacity: for what is bounded in another way.</param>
    public EnqueueResult TryEnqueue(in OutboundFrame frame, bool isExempt = false)
    {
        lock (_lock)
        {
            if (_isClosed)
                return EnqueueResult.Closed;
            if (_isWriting)
            {
                if (!isExempt && _waitingBytes - _exemptBytes + frame.Length > capacity)
                    return EnqueueResult.Full;

                _waiting ??= new();
                _waiting.Enqueue(frame);
                _waitingBytes += frame.Length;
                _exemptBytes += isExempt ? frame.Length : 0;
                return EnqueueResult.Accepted;
            }

            _isWriting = true;
        }

        // Owned through Drained: it ends by itself, never throws, and a closing peer waits for it.
        _ = WriteAsync(frame);
        return EnqueueResult.Accepted;
    }

    /// <summary>Takes no more frames. The last one is the close frame, if there is to be one.</summary>
    /// <param name="last">The close frame; null to end without.</param>
    /// <param name="dropWaiting">Whether what waits is dropped, so that the close frame comes next.</param>
    /// <returns>The frames that will never be written; the caller returns their buffers. Null for none.</returns>
    public Queue<OutboundFrame>? Close(OutboundFrame? last, bool dropWaiting)
    {
        Queue<OutboundFrame>? dropped = null;
        lock (_lock)
        {
            if (_isClosed)
            {
                last?.Return();
                return null;
            }

            _isClosed = true;
            if (dropWaiting)
                (dropped, _waiting) = (_waiting, null);
            if (_isWriting)
            {
                _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (last is { } frame)
                    (_waiting ??= new()).Enqueue(frame);
                return dropped;
            }

            if (last is null)
                return dropped;
            _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _isWriting = true;
        }

        _ = WriteAsync(last.Value);
        return dropped;
    }

    /// <summary>Takes out what can no longer be written. Called when the connection is gone.</summary>
    public Queue<OutboundFrame>? TakeWaiting()
    {
        lock (_lock)
        {
            var waiting = _waiting;
            _waiting = null;
            return waiting;
        }
    }

    private async Task WriteAsync(OutboundFrame frame)
    {
        try
        {
            do
            {
                try
                {
                    await socket.SendAsync(frame.Bytes, CancellationToken.None);
                }
                finally
                {
                    frame.Return();
                }
            }
            while (TryTakeNext(out frame));
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is gone; the reader notices it too and ends the peer.
            lock (_lock)
            {
                _isClosed = true;
                _drained?.TrySetResult();
            }
        }
    }

    private bool TryTakeNext(out OutboundFrame frame)
    {
        lock (_lock)
        {
            if (_waiting is not null && _waiting.TryDequeue(out frame))
            {
                _waitingBytes -= frame.Length;
                return true;
            }

            frame = default;
            _exemptBytes = 0;
            if (_waiting?.Capacity > KeptCapacity)
                _waiting = null;
            if (_isClosed)
                _drained?.TrySetResult();
            else
                _isWriting = false;
            return false;
        }
    }
}
