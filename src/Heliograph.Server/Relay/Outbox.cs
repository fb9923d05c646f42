using Heliograph.Server.Transport;

namespace Heliograph.Server.Relay;

/// <summary>
/// What waits to be written to one peer: bounded in bytes, in order, written by whoever finds it idle, or at the end of their
/// <see cref="WriteRound"/>. What waits together leaves together, in one system call. Enqueueing never waits and allocates nothing once the queue has
/// grown to the peer's habits.
/// </summary>
/// <param name="socket">Where frames go.</param>
/// <param name="capacity">The most bytes that may wait.</param>
/// <param name="connection">Cut where a write fails.</param>
internal sealed class Outbox(SignalingSocket socket, int capacity, IAbortable connection) : IHeldWriter
{
    /// <summary>
    /// What a waiting frame holds in memory besides its bytes: its place in the queue and its buffer's own header and slack. Not
    /// counted, a flood of empty pings would fill many times the capacity.
    /// </summary>
    private const int Overhead = 64;

    /// <summary>No progress, where none is due.</summary>
    public const int Idle = -1;

    /// <summary>Of a large frame not more is written at once, so that it shows whether the peer takes anything. Nor is more held.</summary>
    private const int LargestWrite = 64 * 1024;

    private readonly Lock _lock = new();
    private TaskCompletionSource? _drained;
    private FrameQueue _waiting;
    private int _waitingBytes;
    private int _exemptBytes;
    private int _writes;
    // Whose round held it last.
    private HeldWrites? _heldBy;
    // As if it were, until it is opened.
    private bool _isWriting = true;
    private bool _isOpen;
    private bool _isClosed;

    /// <summary>Counts the writes that the peer, or the kernel for it, has taken; <see cref="Idle"/> where there is nothing that it should take.</summary>
    public int Progress
    {
        get
        {
            lock (_lock)
                return _isOpen && _isWriting ? _writes : Idle;
        }
    }

    private bool HasWaiting => _waiting.Count > 0;

    /// <summary>Begins to write, the first time. What was added before waits until then.</summary>
    /// <param name="first">What comes before all frames; null for nothing.</param>
    public void Open(OutboundFrame? first)
    {
        lock (_lock)
        {
            if (_isOpen)
                return;
            _isOpen = true;
        }

        var batch = first is { } frame ? new FrameBatch(frame) : default;
        if (first is not null || TryTakeNext(out batch))
            Write(batch);
    }

    /// <summary>
    /// Completes when the outbox is closed and all that it had accepted is written, or can't be. To be waited for where the end has
    /// begun, which may be before the one who began it has closed the outbox.
    /// </summary>
    public Task Drained
    {
        get
        {
            lock (_lock)
                return _isClosed && !_isWriting ? Task.CompletedTask : (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Adds a frame, if there is room. There always is while nothing is being written.</summary>
    /// <param name="frame">The frame; its buffer passes to the outbox when it is accepted.</param>
    /// <param name="isExempt">Not counted against the capacity: for what is bounded in another way.</param>
    public EnqueueResult TryEnqueue(in OutboundFrame frame, bool isExempt = false)
    {
        var round = HeldWrites.OfRound;
        FrameBatch batch;
        lock (_lock)
        {
            if (_isClosed)
                return EnqueueResult.Closed;
            var waits = _isWriting || round is not null || HasWaiting;
            if (waits)
            {
                var size = frame.Length + Overhead;
                var counted = _waitingBytes - _exemptBytes;
                var isFull = !isExempt && counted > 0 && counted + size > capacity;
                if (isFull && _isWriting)
                    return EnqueueResult.Full;

                var isFirst = !HasWaiting;
                _waiting.Enqueue(frame);
                _waitingBytes += size;
                _exemptBytes += isExempt ? size : 0;
                if (_isWriting)
                    return EnqueueResult.Accepted;
                // What is held waits for the round, and not because the peer is slow.
                if (round is not null && !isFull && _waitingBytes <= LargestWrite)
                {
                    Hold(round, isFirst);
                    return EnqueueResult.Accepted;
                }
            }

            _isWriting = true;
            batch = waits ? TakeWaitingBatch() : new(frame);
        }

        Write(batch);
        return EnqueueResult.Accepted;
    }

    public void Release()
    {
        FrameBatch batch;
        lock (_lock)
        {
            if (_isWriting || _isClosed || !HasWaiting)
                return;
            _isWriting = true;
            batch = TakeWaitingBatch();
        }

        Write(batch);
    }

    /// <summary>Takes no more frames. The last one is the close frame, if there is to be one.</summary>
    /// <param name="last">The close frame; null to end without.</param>
    /// <param name="dropWaiting">Whether what waits is dropped, so that the close frame comes next.</param>
    /// <returns>The frames that will never be written; the caller returns their buffers. Null for none.</returns>
    public IReadOnlyList<OutboundFrame>? Close(OutboundFrame? last, bool dropWaiting)
    {
        IReadOnlyList<OutboundFrame>? dropped = null;
        FrameBatch batch;
        lock (_lock)
        {
            if (_isClosed)
            {
                last?.Return();
                return null;
            }

            _isClosed = true;
            // What is merely held is written still.
            if (dropWaiting && _isWriting)
            {
                dropped = _waiting.TakeAll();
                _waitingBytes = _exemptBytes = 0;
            }

            if (last is { } frame)
            {
                _waiting.Enqueue(frame);
                _waitingBytes += frame.Length + Overhead;
            }

            if (_isWriting)
                return dropped;
            if (!HasWaiting)
            {
                _drained?.TrySetResult();
                return dropped;
            }

            _isWriting = true;
            batch = TakeWaitingBatch();
        }

        Write(batch);
        return dropped;
    }

    /// <summary>Takes out what can no longer be written. Called when the connection is gone.</summary>
    public IReadOnlyList<OutboundFrame> TakeWaiting()
    {
        lock (_lock)
            return _waiting.TakeAll();
    }

    /// <summary>Has it written at the end of this thread's round, or of another's that holds something already, whichever ends first.</summary>
    private void Hold(HeldWrites round, bool isFirst)
    {
        if (!isFirst && _heldBy == round)
            return;
        round.Add(this);
        _heldBy = round;
    }

    /// <summary>Writes a batch, and what waits by then, as far as that is done at once; <see cref="GoOnAsync"/> does the rest.</summary>
    private void Write(FrameBatch batch)
    {
        var rest = batch.Bytes;
        try
        {
            do
            {
                var writing = WritePartAsync(ref rest);
                if (!writing.IsCompleted)
                {
                    // Owned through Drained: it ends by itself, never throws, and a closing peer waits for it.
                    _ = GoOnAsync(writing, batch, rest);
                    return;
                }

                writing.GetAwaiter().GetResult();
            }
            while (TryGoOn(ref batch, ref rest));
        }
        catch (Exception)
        {
            Fail(batch);
        }
    }

    private async Task GoOnAsync(ValueTask writing, FrameBatch batch, ReadOnlyMemory<byte> rest)
    {
        try
        {
            await writing;
            while (TryGoOn(ref batch, ref rest))
                await WritePartAsync(ref rest);
        }
        catch (Exception)
        {
            Fail(batch);
        }
    }

    private ValueTask WritePartAsync(ref ReadOnlyMemory<byte> rest)
    {
        var part = rest[..Math.Min(rest.Length, LargestWrite)];
        rest = rest[part.Length..];
        return socket.SendAsync(part, CancellationToken.None);
    }

    /// <summary>A part has been written: goes on to the next one, be it of another batch.</summary>
    /// <returns>False where nothing is left.</returns>
    private bool TryGoOn(ref FrameBatch batch, ref ReadOnlyMemory<byte> rest)
    {
        _writes = (_writes + 1) & int.MaxValue;
        if (!rest.IsEmpty)
            return true;
        batch.Return();
        if (!TryTakeNext(out batch))
            return false;
        rest = batch.Bytes;
        return true;
    }

    /// <summary>The connection is gone, however it shows. The reader, which waits for this, is to notice it too and ends the peer.</summary>
    private void Fail(FrameBatch batch)
    {
        connection.Abort();
        lock (_lock)
        {
            _isClosed = true;
            _isWriting = false;
            // Those that failed are unwritten, too.
            foreach (var frame in (OutboundFrame[])[.. batch.Frames, .. _waiting.TakeAll()])
                _waiting.Enqueue(frame);
            _drained?.TrySetResult();
        }

        batch.ReturnCopies();
    }

    private bool TryTakeNext(out FrameBatch batch)
    {
        lock (_lock)
        {
            if (HasWaiting)
            {
                batch = TakeWaitingBatch();
                return true;
            }

            batch = default;
            _isWriting = false;
            if (_isClosed)
                _drained?.TrySetResult();
            return false;
        }
    }

    private FrameBatch TakeWaitingBatch()
    {
        var before = _waiting.Count;
        var batch = FrameBatch.Take(ref _waiting);
        _waitingBytes -= batch.Bytes.Length + ((before - _waiting.Count) * Overhead);
        _exemptBytes = Math.Min(_exemptBytes, _waitingBytes);
        return batch;
    }
}
