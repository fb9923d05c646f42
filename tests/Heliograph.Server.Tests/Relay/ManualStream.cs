namespace Heliograph.Server.Tests.Relay;

/// <summary>A connection in the hands of a test: what is given comes in one piece, and what is written is kept, a write each.</summary>
internal sealed class ManualStream : Stream
{
    private readonly Lock _lock = new();
    private readonly List<byte[]> _written = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _given = [];
    private bool _isEnded;

    /// <summary>Called for each write, on the writer's thread, before it is kept.</summary>
    public Action? Writing { get; set; }

    /// <summary>What was written, a write each.</summary>
    public IReadOnlyList<byte[]> Written
    {
        get
        {
            lock (_lock)
                return [.. _written];
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void Give(params ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _given = [.. _given, .. bytes];
            Change();
        }
    }

    /// <summary>The peer ends the connection.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
            Change();
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_given.Length > 0 || _isEnded)
                {
                    var count = Math.Min(buffer.Length, _given.Length);
                    _given.AsSpan(0, count).CopyTo(buffer.Span);
                    _given = _given[count..];
                    return count;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Writing?.Invoke();
        lock (_lock)
            _written.Add(buffer.ToArray());
        return default;
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Change()
    {
        _changed.TrySetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
