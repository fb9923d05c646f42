using Heliograph.Server.Registry;
using Heliograph.Server.Relay;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Regions;

/// <summary>
/// Asks the registry again and again which products have moved. Nodes tell each other of moves at once; this is for what a node that
/// was cut off has not heard, and it is late by <c>Regions:CheckInterval</c> at most.
/// </summary>
internal sealed class MoveWatch(
    MovedProducts moved, RegistryLookup lookup, RelayHub hub, RegionDirectory regions, IOptions<RegionsOptions> options, TimeProvider time, ILogger<MoveWatch> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!regions.IsConfigured)
            return;

        using var timer = new PeriodicTimer(options.Value.CheckInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Not published: each node finds it by itself.
            foreach (var move in await moved.LoadAsync(cancellationToken))
            {
                logger.MoveFound(move.Product.Value, move.MovedTo!);
                lookup.Forget(move);
                hub.Apply(move);
            }
        }
        catch (Exception error) when (error is DbUpdateException or System.Data.Common.DbException)
        {
            logger.MovesUnread(error.Message);
        }
    }
}
