using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Relay;

/// <summary>
/// The end of the service: from the moment it is told to stop, nobody new comes in, and those who are here are closed with "going
/// away", spread over the drain time so that they don't all come back to another node at once.
/// </summary>
internal sealed partial class Drain(
    PeerList peers, IHostApplicationLifetime lifetime, IOptions<RelayOptions> options, TimeProvider time, ILogger<Drain> logger) : BackgroundService
{
    /// <summary>The shortest time between two groups that are closed together.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether the service stops.</summary>
    public bool HasBegun => lifetime.ApplicationStopping.IsCancellationRequested;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task;

        var open = peers.Where(peer => !peer.IsEnding);
        if (open.Count == 0)
            return;

        LogBegun(logger, open.Count, options.Value.DrainTime);
        var groups = Math.Clamp((int)(options.Value.DrainTime / Step), 1, open.Count);
        var size = (open.Count + groups - 1) / groups;
        for (var i = 0; i < open.Count; i += size)
        {
            foreach (var peer in open.GetRange(i, Math.Min(size, open.Count - i)))
                peer.End(EndReason.GoingAway);
            if (i + size < open.Count)
                await Task.Delay(options.Value.DrainTime / groups, time, CancellationToken.None);
        }

        // Those that slipped in while the first were closed.
        foreach (var peer in peers.Where(peer => !peer.IsEnding))
            peer.End(EndReason.GoingAway);
    }

    [LoggerMessage(LogLevel.Information, "Stopping: closing {Count} connections over {DrainTime}")]
    private static partial void LogBegun(ILogger logger, int count, TimeSpan drainTime);
}
