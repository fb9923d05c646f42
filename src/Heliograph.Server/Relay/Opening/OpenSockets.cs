using Heliograph.Server.Transport;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Relay.Opening;

/// <summary>The signaling sockets that the web server has no part in any more. The service's stop waits for their end, as the web server does for its own.</summary>
internal sealed partial class OpenSockets(PeerRun run, PeerList peers, ILogger<OpenSockets> logger) : IHostedService
{
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Opens a socket and runs its peer.</summary>
    /// <param name="socket">The connection; it ends with the peer.</param>
    /// <param name="stream">The socket, or TLS on it.</param>
    /// <param name="opening">What came first.</param>
    public void Run(LoopSocket socket, Stream stream, SocketOpening opening)
    {
        Interlocked.Increment(ref _count);
        // What waits, for months, keeps nothing of the web server's: not the scope of its log, and not the opening.
        using var suppressed = ExecutionContext.SuppressFlow();
        // Owned by the count, which the stop waits for.
        _ = EndAsync(socket, stream, run.RunAsync(opening, stream, socket, CancellationToken.None));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        // Whoever ends it counts down first and looks then.
        Interlocked.MemoryBarrier();
        if (Count == 0)
            return;
        try
        {
            await _allEnded.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            foreach (var peer in peers.Where(static _ => true))
                peers.Cut(peer);
        }
    }

    private async Task EndAsync(LoopSocket socket, Stream stream, Task running)
    {
        try
        {
            await using var connection = socket;
            await using var tls = stream;
            await running;
        }
        catch (Exception error)
        {
            LogUnexpected(logger, error);
        }
        finally
        {
            if (Interlocked.Decrement(ref _count) == 0 && _isStopping)
                _allEnded.TrySetResult();
        }
    }

    [LoggerMessage(LogLevel.Error, "A connection failed unexpectedly")]
    private static partial void LogUnexpected(ILogger logger, Exception error);
}
