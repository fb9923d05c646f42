using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Heliograph.FloorRelay;

/// <summary>
/// A socket of a loop as a stream for TLS. Whoever waits goes on inline, on the loop's thread. Reading and writing allocate nothing but
/// where the socket takes no more.
/// </summary>
internal sealed class LoopStream(int descriptor) : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte> _readInto;
    private bool _isReading;
    private bool _isReadable;
    private Action? _whenWritable;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void OnReady(bool canRead, bool canWrite)
    {
        if (canWrite && _whenWritable is { } goOn)
        {
            _whenWritable = null;
            goOn();
        }

        _isReadable |= canRead;
        if (canRead && _isReading && TryReceive(_readInto.Span, out var count))
        {
            _isReading = false;
            _readInto = default;
            _read.SetResult(count);
        }
    }

    /// <summary>Goes on at the next event that says that the socket can be written to, on the thread that is told of it.</summary>
    /// <param name="whenWaiting">Done once it waits.</param>
    public WritableAwaiter WaitUntilWritable(Action? whenWaiting = null) => new(this, whenWaiting);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (TryReceive(buffer.Span, out var count))
        {
            return new(count);
        }

        _read.Reset();
        _readInto = buffer;
        _isReading = true;
        return new(this, _read.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var sent = Send(buffer.Span);
        return sent == buffer.Length ? default : WriteRestAsync(buffer[sent..]);
    }

    public int GetResult(short token) => _read.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _read.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Always waits, so that what comes behind it never goes on on the thread before it.</summary>
    public readonly struct WritableAwaiter(LoopStream stream, Action? whenWaiting) : INotifyCompletion
    {
        public bool IsCompleted => false;

        public WritableAwaiter GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation)
        {
            stream._whenWritable = continuation;
            whenWaiting?.Invoke();
        }
    }

    private async ValueTask WriteRestAsync(ReadOnlyMemory<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            await WaitUntilWritable();
            rest = rest[Send(rest.Span)..];
        }
    }

    /// <summary>An empty buffer waits until something has come. 0 is the end, for a broken connection too.</summary>
    private bool TryReceive(Span<byte> buffer, out int count)
    {
        count = 0;
        if (!_isReadable || buffer.IsEmpty)
        {
            return _isReadable;
        }

        var received = LibC.Receive(descriptor, buffer);
        count = (int)Math.Max(0, received);
        // With room left over it was all there is, and the kernel tells of more.
        _isReadable = count == buffer.Length || received == 0;
        return received >= 0 || LibC.Error != LibC.TryAgain;
    }

    private int Send(ReadOnlySpan<byte> bytes)
    {
        var sent = (int)LibC.Send(descriptor, bytes);
        if (sent >= 0)
        {
            return sent;
        }

        return LibC.Error == LibC.TryAgain ? 0 : throw new IOException($"can't send: errno {LibC.Error}");
    }
}
