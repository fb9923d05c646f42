using System.Buffers;
using Heliograph.Server.Relay;

namespace Heliograph.Server.Regions;

/// <summary>
/// Carries a WebSocket between a peer and another region, byte for byte: frames, masks and close frames are those of the two ends. Idle, it
/// holds no buffer. Where it has to end by itself, it does so between two frames, with a close frame of its own to the peer.
/// </summary>
/// <param name="near">The peer.</param>
/// <param name="far">The region.</param>
internal sealed class Tunnel(Stream near, Stream far) : IDisposable
{
    private const int BufferSize = 16 * 1024;

    private readonly FrameTracker _down = new();
    private readonly FrameTracker _up = new();

    /// <summary>Held while bytes go to the peer.</summary>
    private readonly SemaphoreSlim _writing = new(1);

    private readonly TaskCompletionSource _peerClosed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ushort? _closesWith;
    private long _passed;

    /// <summary>How many times bytes have passed, in either direction; stands still where nobody is heard any more.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    /// <summary>Completes when the peer's goodbye has been carried.</summary>
    public Task PeerClosed => _peerClosed.Task;

    /// <summary>Carries what the peer sends, until it or the region is gone.</summary>
    public Task CarryUpAsync(CancellationToken cancellationToken) => CopyAsync(near, WriteUpAsync, cancellationToken);

    /// <summary>Carries what the region sends, until it or the peer is gone.</summary>
    public Task CarryDownAsync(CancellationToken cancellationToken) => CopyAsync(far, WriteDownAsync, cancellationToken);

    /// <summary>Closes the peer's side, at once or behind the frame that is being carried. What the region sends after it is dropped.</summary>
    public async Task CloseAsync(ushort code, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            _closesWith ??= code;
            if (_down.IsBetweenFrames)
                await WriteCloseAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task CopyAsync(Stream from, Func<ReadOnlyMemory<byte>, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await WaitAsync(from, cancellationToken);
                var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                try
                {
                    var count = await from.ReadAsync(buffer, cancellationToken);
                    if (count == 0)
                        return;
                    Interlocked.Increment(ref _passed);
                    await write(buffer.AsMemory(0, count), cancellationToken);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two is gone.
        }
    }

    /// <summary>Until bytes have come, or the end has, without a buffer.</summary>
    private static ValueTask<int> WaitAsync(Stream from, CancellationToken cancellationToken) => from.ReadAsync(Memory<byte>.Empty, cancellationToken);

    private async Task WriteUpAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var taken = 0;
        while (taken < bytes.Length)
            taken += _up.Advance(bytes.Span[taken..]);
        try
        {
            await far.WriteAsync(bytes, cancellationToken);
        }
        finally
        {
            if (_up.HasClosed)
                _peerClosed.TrySetResult();
        }
    }

    private async Task WriteDownAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var taken = 0;
            while (taken < bytes.Length && !(_closesWith is not null && _down.IsBetweenFrames))
                taken += _down.Advance(bytes.Span[taken..]);
            if (_down.HasClosed && _closesWith is not null && taken == 0)
                return;

            await near.WriteAsync(bytes[..taken], cancellationToken);
            if (_closesWith is not null && _down.IsBetweenFrames)
                await WriteCloseAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task WriteCloseAsync(CancellationToken cancellationToken)
    {
        if (_down.HasClosed)
            return;
        var frame = OutboundFrame.Close(_closesWith);
        _down.Advance(frame.Bytes.Span);
        await near.WriteAsync(frame.Bytes, cancellationToken);
        frame.Return();
    }
}
