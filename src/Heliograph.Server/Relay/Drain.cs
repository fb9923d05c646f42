using Heliograph.Server.Backplane;
using Heliograph.Server.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Relay;

/// <summary>
/// The end of the service, and its peers' leave of a node that is cut off from the cluster: nobody new comes in, and those who are here
/// are closed with "going away", spread over the drain time so that they don't all come back to another node at once.
/// </summary>
internal sealed partial class Drain(
    PeerList peers, IBackplane backplane, IHostApplicationLifetime lifetime, IOptions<RelayOptions> options, TimeProvider time, ILogger<Drain> logger)
    : BackgroundService
{
    /// <summary>The shortest time between two groups that are closed together.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _called = new(0);

    /// <summary>Whether the service stops.</summary>
    public bool HasBegun => lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Whether nobody is let in.</summary>
    public bool IsClosed => HasBegun || backplane.State == BackplaneState.CutOff;

    /// <summary>Sends the peers that are here to other nodes.</summary>
    public void SendAway() => _called.Release();

    /// <summary>Refuses those who come now.</summary>
    /// <exception cref="ApiException">503.</exception>
    public void ThrowIfClosed()
    {
        if (HasBegun)
            throw ApiException.Unavailable("The service is stopping.", TimeSpan.FromSeconds(1));
        if (backplane.State == BackplaneState.CutOff)
            throw ApiException.Unavailable("This node is cut off from the others of its cluster.", TimeSpan.FromSeconds(1));
    }

    public override void Dispose()
    {
        _called.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var registration = lifetime.ApplicationStopping.Register(SendAway);
        do
        {
            await _called.WaitAsync(CancellationToken.None);
            await CloseAllAsync();
        }
        while (!HasBegun);

        // Those that slipped in while the first were closed.
        foreach (var peer in peers.Where(peer => !peer.IsEnding))
            peer.End(EndReason.GoingAway);
    }

    private async Task CloseAllAsync()
    {
        var open = peers.Where(peer => !peer.IsEnding);
        if (open.Count == 0)
            return;

        LogBegun(logger, open.Count, options.Value.DrainTime, HasBegun ? "the service stops" : "this node is cut off from the others");
        var groups = Math.Clamp((int)(options.Value.DrainTime / Step), 1, open.Count);
        var size = (open.Count + groups - 1) / groups;
        for (var i = 0; i < open.Count; i += size)
        {
            foreach (var peer in open.GetRange(i, Math.Min(size, open.Count - i)))
                peer.End(EndReason.GoingAway);
            if (i + size < open.Count)
                await Task.Delay(options.Value.DrainTime / groups, time, CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Information, "Closing {Count} connections over {DrainTime}: {Reason}")]
    private static partial void LogBegun(ILogger logger, int count, TimeSpan drainTime, string reason);
}
