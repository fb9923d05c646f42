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

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        ResultOf(socket.FlushAsync(cancellationToken));

    /// <summary>Writes what is given from where it stands, without a copy.</summary>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        ResultOf(socket.WriteAsync(source, cancellationToken));

    private static async ValueTask<FlushResult> ResultOf(ValueTask<FlushResult> writing)
    {
        try
        {
            return await writing;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return new(isCanceled: false, isCompleted: true);
        }
    }
}
