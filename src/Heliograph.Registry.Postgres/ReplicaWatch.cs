using Heliograph.Server.Registry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Heliograph.Registry.Postgres;

/// <summary>Asks the read replica again and again how far it has come.</summary>
internal sealed partial class ReplicaWatch(PostgresSources sources, PostgresLookups lookups, ILogger<ReplicaWatch> logger) : BackgroundService
{
    // One that was made the primary is not behind anything.
    private const string PositionSql =
        "SELECT ((CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END) - '0/0'::pg_lsn)::bigint";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private bool _isLost;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            do
                await AskAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await sources.Replica!.OpenConnectionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(PositionSql, connection) { CommandTimeout = 3 };
            lookups.Replayed(await command.ExecuteScalarAsync(cancellationToken) as long?);
            if (_isLost)
                LogBack(logger);
            _isLost = false;
        }
        catch (Exception error) when (RegistryErrors.IsOfDatabase(error))
        {
            lookups.Replayed(null);
            if (!_isLost)
                LogLost(logger, RegistryErrors.ReasonOf(error));
            _isLost = true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The registry's read replica can't be reached; look-ups go to the primary: {Reason}")]
    private static partial void LogLost(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The registry's read replica answers again")]
    private static partial void LogBack(ILogger logger);
}
