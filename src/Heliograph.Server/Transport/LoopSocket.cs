using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Heliograph.Server.Transport;

/// <summary>
/// A connected TCP socket on a <see cref="SocketLoop"/>, as a stream. Reading and writing try the system call at once and wait only where it
/// would block; neither allocates, but to wait in a read with a buffer or in a write. An empty read waits until there is something to read. One
/// reader and one writer at a time. The loop hears of it with its first wait: what has come by then needs no loop.
/// </summary>
internal sealed class LoopSocket : AsyncStream, IPolled, IAbortable
{
    /// <summary>
    /// So much is read of a peer that sends as fast as it is read, without having waited once, before it makes way for the others of its loop.
    /// In bytes; a call counts as <see cref="CallBytes"/> more.
    /// </summary>
    private const int TurnBytes = 32 * 1024;

    private const int CallBytes = 1024;

    /// <summary>So much is sent at once, in bytes: a collection may be waiting for it.</summary>
    private const int LargestSend = 64 * 1024;

    private readonly Readiness _readable = new();
    // Made when the first write has to wait: few ever do.
    private volatile Readiness? _writable;
    // Reads for the one who waits; null where that one reads itself.
    private IInlineReader? _inlineReader;
    private SocketLoop _loop;
    private bool _isInline;
    private int _leftOfTurn = TurnBytes;
    private volatile bool _isWatched;
    private volatile bool _isDisposed;

    /// <param name="handle">A connected socket that does not block; it is the stream's from here on.</param>
    /// <param name="loop">The loop that tells it.</param>
    public LoopSocket(SocketHandle handle, SocketLoop loop)
    {
        Handle = handle;
        _loop = loop;
    }

    public SocketHandle Handle { get; }

    SafeHandle IPolled.Handle => Handle;

    public long Key { get; set; }

    /// <summary>
    /// Called when the peer has ended its side, or the connection is broken, and no read has found it at once. Must be quick, and may be called
    /// more than once.
    /// </summary>
    public Action? PeerLeft { get; set; }

    /// <summary>Whether all that the peer sent has been read, and the end of its side.</summary>
    public bool IsAtEnd { get; private set; }

    private PollEvents Interest => _writable is null ? PollEvents.Reading : PollEvents.ReadingAndWriting;

    /// <summary>From here on whoever reads or writes goes on inline, on the thread of a loop.</summary>
    /// <param name="loop">The loop; nobody may be waiting.</param>
    /// <exception cref="IOException">The kernel takes no more.</exception>
    public void GoInline(SocketLoop loop)
    {
        lock (_readable)
        {
            if (_isWatched && loop != _loop)
            {
                _loop.Release(this);
                _isWatched = false;
            }

            _loop = loop;
            if (!_isWatched)
                _loop.Add(this, Interest);
            _isWatched = true;
        }

        _isInline = _readable.IsInline = true;
        _writable?.IsInline = true;
    }

    /// <summary>Has the loop tell of what becomes of it from here on. One that the kernel can't watch is cut.</summary>
    public void Watch()
    {
        if (_isWatched)
            return;
        lock (_readable)
        {
            if (_isWatched || _isDisposed)
                return;
            try
            {
                _loop.Add(this, Interest);
                _isWatched = true;
            }
            catch (IOException)
            {
                Abort();
                _readable.Signal(isLast: true);
            }
        }
    }

    public void Tell(PollEvents events)
    {
        var isLast = Has(PollEvents.Last);
        var isRead = isLast ? _readable.Signal(isLast) : Has(PollEvents.Readable) && TellReader();
        // The peer may have ended its side only, and reads on.
        var isBroken = Has(PollEvents.Broken);
        if (isBroken || Has(PollEvents.Writable))
            _writable?.Signal(isBroken);
        if (isLast && !isRead)
            PeerLeft?.Invoke();

        bool Has(PollEvents any) => (events & any) != PollEvents.None;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return !_isWatched && HasMore() ? default : WaitForReadableAsync(null, cancellationToken);
        // Of a peer that never stops, a read never waits.
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);
        if (_leftOfTurn <= 0)
            return ReadInNextTurnAsync(buffer, cancellationToken);
        return TryReceive(buffer.Span, out var count) ? new(count) : ReadSlowlyAsync(buffer, cancellationToken);
    }

    /// <summary>
    /// Waits as an empty read does, but goes on waiting while what comes is read inline: until the reader ends the wait or leaves some, or the peer has
    /// ended its side. For whoever goes on inline, too.
    /// </summary>
    public ValueTask<int> WaitAsync(IInlineReader reader)
    {
        Debug.Assert(_isInline, "nobody else is called on the loop");
        FindWhetherEmpty();
        return WaitForReadableAsync(reader, CancellationToken.None);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var sent = Send(buffer.Span);
        return sent == buffer.Length ? default : WriteSlowlyAsync(buffer[sent..], cancellationToken);
    }

    /// <summary>Ends this side. The peer reads what was written, and then the end.</summary>
    public void EndWriting()
    {
        try
        {
            _ = LibC.Shutdown(Handle, LibC.ShutdownSend);
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Cuts the connection: what is unsent is dropped, and the peer gets a reset. Whoever reads or writes is woken.</summary>
    public void Abort()
    {
        try
        {
            // Lingering for no time makes the close a reset (tcp(7)).
            _ = LibC.SetOption(Handle, LibC.LevelSocket, LibC.Linger, [1, 0], 2 * sizeof(int));
            _ = LibC.Shutdown(Handle, LibC.ShutdownBoth);
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            lock (_readable)
            {
                // From here on it is not watched any more.
                _isDisposed = true;
                if (_isWatched)
                    _loop.Remove(this);
                // Without a shutdown, which would wake the loop for a socket that it has no more.
                Handle.Dispose();
            }

            // Whoever still waits finds the handle closed.
            _readable.Signal(isLast: true);
            _writable?.Signal(isLast: true);
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadSlowlyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count;
        do
        {
            await WaitForReadableAsync(null, cancellationToken);
        }
        while (!TryReceive(buffer.Span, out count));
        return count;
    }

    /// <summary>Lets the others of the loop go first: goes on on the thread pool, and back on the loop with the next wait.</summary>
    private async ValueTask<int> ReadInNextTurnAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await Task.Yield();
        _leftOfTurn = TurnBytes;
        return await ReadAsync(buffer, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteSlowlyAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        var writable = EnsureWritable();
        while (true)
        {
            buffer = buffer[Send(buffer.Span)..];
            if (buffer.IsEmpty)
                return;
            await writable.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Has the loop tell of when it can be written to, too; if it can be already, that is told of.</summary>
    private Readiness EnsureWritable()
    {
        Watch();
        lock (_readable)
        {
            if (_writable is null)
            {
                _writable = new() { IsInline = _isInline };
                if (_isWatched && !_isDisposed)
                    _loop.Change(this, Interest);
            }
        }

        return _writable;
    }

    private ValueTask<int> WaitForReadableAsync(IInlineReader? reader, CancellationToken cancellationToken)
    {
        Watch();
        // Before the wait, which the loop may take over at once.
        _inlineReader = reader;
        var waiting = _readable.WaitAsync(cancellationToken);
        if (!waiting.IsCompleted)
            _leftOfTurn = TurnBytes;
        return waiting;
    }

    /// <summary>Tells whoever waits to read.</summary>
    /// <returns>Whether somebody did.</returns>
    private bool TellReader()
    {
        if (!_readable.TryTakeOver())
            return _readable.Signal(isLast: false);
        if (_inlineReader is not { } reader)
        {
            _readable.Set();
            _readable.End();
        }
        else if (reader.ReadInline())
        {
            _leftOfTurn = TurnBytes;
            FindWhetherEmpty();
            _readable.GoOn();
        }
        else
        {
            _readable.End();
        }

        return true;
    }

    /// <summary>A read that fills its buffer may have taken all there was. Whoever waits would be woken for nothing, and wait with a buffer in hand.</summary>
    private void FindWhetherEmpty()
    {
        if (!_readable.IsReady || _readable.IsLast)
            return;
        _readable.Clear();
        try
        {
            if (HasMore())
                _readable.Set();
        }
        catch (ObjectDisposedException)
        {
            // Told as the last.
        }
    }

    /// <summary>Whether a read may find something, be it the end. The kernel tells of a reset once: one that is found here is then read as an end.</summary>
    private bool HasMore() => LibC.Receive(Handle, stackalloc byte[1], 1, LibC.Peek) >= 0 || Errno.Last != Errno.TryAgain;

    /// <summary>Takes what has come.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="count">Bytes; 0 where the peer has ended its side, or the connection is broken.</param>
    /// <returns>False where nothing has come yet.</returns>
    public bool TryReceive(Span<byte> buffer, out int count)
    {
        Debug.Assert(!buffer.IsEmpty, "an empty read never comes here");
        _readable.Clear();
        count = (int)LibC.ReceiveAtOnce(Handle, buffer, buffer.Length, 0);
        while (count < 0)
        {
            count = (int)LibC.Receive(Handle, buffer, buffer.Length, 0);
            if (count < 0 && Errno.Last != Errno.Interrupted)
                return Errno.Last == Errno.TryAgain ? false : throw Errno.ToException("recv");
        }

        _leftOfTurn -= count + CallBytes;
        // With room left over, all there was has come, and what comes next is told of (epoll(7), question 9). Urgent data would end a read
        // earlier (tcp(7)); who sends that waits for an answer until more comes.
        if (count == buffer.Length || count == 0)
            _readable.Set();
        IsAtEnd = count == 0;
        // The end is behind what was read, and whoever has got that may not come back for long.
        if (count > 0 && _readable.IsLast)
            PeerLeft?.Invoke();
        return true;
    }

    /// <summary>Hands over to the kernel what it takes now.</summary>
    /// <returns>How many bytes that was.</returns>
    private int Send(ReadOnlySpan<byte> bytes)
    {
        var sent = 0;
        while (sent < bytes.Length)
        {
            _writable?.Clear();
            var rest = bytes.Slice(sent, Math.Min(bytes.Length - sent, LargestSend));
            var count = LibC.SendAtOnce(Handle, rest, rest.Length, LibC.NoSignal);
            if (count < 0)
                count = LibC.Send(Handle, rest, rest.Length, LibC.NoSignal);
            if (count >= 0)
                sent += (int)count;
            else if (Errno.Last == Errno.TryAgain)
                break;
            else if (Errno.Last != Errno.Interrupted)
                throw Errno.ToException("send");
        }

        return sent;
    }
}
