using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Regions;

/// <summary>
/// Asks the other regions again and again whether they are there. What it finds is told in the log where it changes and in
/// <c>/health/ready</c>, and opens the way to a region again whose circuit is open.
/// </summary>
internal sealed class RegionCheck(RegionClient client, RegionDirectory regions, IOptions<RegionsOptions> options, TimeProvider time, ILogger<RegionCheck> logger)
    : BackgroundService
{
    private volatile RegionHealth[] _latest = [.. regions.Others.Select(x => new RegionHealth(x.Name, "unchecked"))];

    /// <summary>What was found last; null where there are no other regions.</summary>
    public IReadOnlyList<RegionHealth>? Latest => _latest.Length > 0 ? _latest : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_latest.Length == 0)
            return;

        using var timer = new PeriodicTimer(options.Value.CheckInterval, time);
        try
        {
            do
            {
                var before = _latest;
                _latest = await Task.WhenAll(regions.Others.Select(x => AskAsync(x, stoppingToken)));
                for (var i = 0; i < _latest.Length; i++)
                    Tell(before[i], _latest[i]);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task<RegionHealth> AskAsync(Region region, CancellationToken cancellationToken)
    {
        string? problem = null;
        try
        {
            await client.ProbeAsync(region, cancellationToken);
        }
        catch (RegionUnreachableException error)
        {
            problem = error.Message;
        }

        return new(region.Name, problem is null ? "ok" : "unreachable", problem, time.GetUtcNow().UtcDateTime);
    }

    private void Tell(RegionHealth before, RegionHealth now)
    {
        if (now.Status == "unreachable" && before.Status != now.Status)
            logger.Unreachable(now.Name, now.Seen!);
        else if (now.Status == "ok" && before.Status == "unreachable")
            logger.Reachable(now.Name);
    }
}
