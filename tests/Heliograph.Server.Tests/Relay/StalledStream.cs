namespace Heliograph.Server.Tests.Relay;

/// <summary>A connection whose other side neither sends nor reads: writes wait until a test lets them go on.</summary>
internal sealed class StalledStream : Stream
{
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte[]> _written = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>What was written, a write each.</summary>
    public IReadOnlyList<byte[]> Written
    {
        get
        {
            lock (_written)
                return [.. _written];
        }
    }

    public void GoOn() => _goOn.TrySetResult();

    public void Break() => _goOn.TrySetException(new IOException("The connection is gone."));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_written)
            _written.Add(buffer.ToArray());
        await _goOn.Task.WaitAsync(cancellationToken);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
