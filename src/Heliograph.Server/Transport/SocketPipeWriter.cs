using System.IO.Pipelines;

namespace Heliograph.Server.Transport;

/// <summary>Writes to a socket, and where the connection has ended says so as pipes do: not by an exception, but in the result.</summary>
internal sealed class SocketPipeWriter(PipeWriter socket) : PipeWriter
{
    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => socket.UnflushedBytes;

    public override void Advance(int bytes) => socket.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => socket.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => socket.GetSpan(sizeHint);

    public override void CancelPendingFlush() => socket.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => socket.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => socket.CompleteAsync(exception);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await socket.FlushAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return new(isCanceled: false, isCompleted: true);
        }
    }
}
