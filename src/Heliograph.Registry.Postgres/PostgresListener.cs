using System.Text.Json;
using Heliograph.Server.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Heliograph.Registry.Postgres;

/// <summary>
/// Hears of the changes that other nodes make, on a connection of its own. It asks the server something every second, so that a connection that is
/// dead without having been closed is noticed too; and after every new connection it looks up what it may have missed.
/// </summary>
internal sealed partial class PostgresListener(
    PostgresSources sources,
    PostgresDatabase database,
    PostgresLookups lookups,
    IDbContextFactory<RegistryDbContext> contexts,
    RegistryChanges changes,
    RegistryLookup cache,
    Revocations revocations,
    RegistryFreshness freshness,
    RegistryHealth health,
    TimeProvider time,
    ILogger<PostgresListener> logger) : BackgroundService
{
    private const string PositionSql = "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private TimeSpan _pause = ShortestPause;
    private long _lastHeard;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _lastHeard = time.GetTimestamp();
        freshness.IsDeaf(_lastHeard);
        try
        {
            while (true)
            {
                try
                {
                    await ListenAsync(stoppingToken);
                }
                catch (Exception error) when (!stoppingToken.IsCancellationRequested)
                {
                    freshness.IsDeaf(_lastHeard);
                    if (RegistryErrors.IsOfDatabase(error))
                        health.Failed(error);
                    else
                        LogFailed(logger, error);
                }

                await Task.Delay(_pause, stoppingToken);
                _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping, whatever was under way.
        }
    }

    /// <summary>Listens until the connection fails.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await sources.Own.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, notification) => Hear(notification.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {PostgresDatabase.Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellationToken);
        await CatchUpAsync(cancellationToken);
        freshness.Hears();

        await using var position = new NpgsqlCommand(PositionSql, connection);
        while (true)
        {
            var (known, asked) = (lookups.Changes, time.GetTimestamp());
            lookups.Require(known, (long)(await position.ExecuteScalarAsync(cancellationToken))!);
            _lastHeard = asked;
            _pause = ShortestPause;
            health.Worked();
            await connection.WaitAsync(Interval, cancellationToken);
        }
    }

    /// <summary>
    /// Follows what happened while nothing was heard. What was removed meanwhile is put on the list of revocations once more: until now, this node may
    /// have given out tickets for it, and here and on every other node they are covered by that.
    /// </summary>
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        cache.ForgetAll();
        var missed = await revocations.FindMissedAsync(cancellationToken);
        if (missed.Count == 0)
            return;

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        foreach (var change in missed)
            await revocations.RecordAsync(db, change, cancellationToken);
        await changes.AnnounceAsync(db, missed, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var change in missed)
            changes.Publish(change);
        LogCaughtUp(logger, missed.Count);
    }

    private void Hear(string payload)
    {
        try
        {
            var notice = ChangeNotice.Read(payload);
            if (notice.Node == database.Node)
                return;
            foreach (var change in notice.Changes)
                changes.Publish(change.Read());
        }
        catch (JsonException error)
        {
            // Something changed, and what is not known.
            cache.ForgetAll();
            LogUnreadable(logger, error.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} removals that were made while this node heard of nothing take effect now")]
    private static partial void LogCaughtUp(ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "Another node told of a change in a way that this one does not understand: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "Listening to other nodes' changes failed")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
