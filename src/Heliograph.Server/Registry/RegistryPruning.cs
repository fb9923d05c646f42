using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Registry;

/// <summary>Deletes what has been in the audit log and among the revocations for long enough: at the start, and every hour.</summary>
internal sealed partial class RegistryPruning(
    AuditLog audit, Revocations revocations, IOptions<RegistryOptions> options, TimeProvider time, ILogger<RegistryPruning> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
                await PruneAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        try
        {
            await revocations.PruneAsync(cancellationToken);
            if (options.Value.AuditRetention > TimeSpan.Zero && await audit.PruneAsync(options.Value.AuditRetention, cancellationToken) is > 0 and var count)
                LogPruned(logger, count, options.Value.AuditRetention.TotalDays);
        }
        catch (Exception error) when (RegistryErrors.IsOfDatabase(error))
        {
            LogPruningFailed(logger, RegistryErrors.ReasonOf(error));
        }
    }

    [LoggerMessage(LogLevel.Information, "Deleted {Count} entries of the audit log that were older than {Days} days")]
    private static partial void LogPruned(ILogger logger, int count, double days);

    [LoggerMessage(LogLevel.Warning, "Old entries of the audit log or the revocations could not be deleted, and will be in an hour: {Reason}")]
    private static partial void LogPruningFailed(ILogger logger, string reason);
}
