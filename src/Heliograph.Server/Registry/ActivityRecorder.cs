using System.Collections.Concurrent;
using Heliograph.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Registry;

/// <summary>
/// Writes what devices do — last connect, messages relayed, keys used — behind the relay's back: gathered in memory, written every few
/// seconds, at shutdown, and before usage is shown. It stays in memory until it is in the database, so that it is never in neither.
/// </summary>
internal sealed partial class ActivityRecorder(
    IDbContextFactory<RegistryDbContext> database,
    KeyUses keyUses,
    IOptions<RegistryOptions> options,
    TimeProvider time,
    ILogger<ActivityRecorder> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<DeviceAddress, Activity> _pending = new();
    private readonly SemaphoreSlim _flushing = new(1);
    private Action _collect = () => { };

    /// <summary>Has somebody who counts for themselves hand in what they have before it is written.</summary>
    public void CollectFrom(Action collect) => _collect = collect;

    /// <summary>The device's connection has opened.</summary>
    public void Connected(DeviceAddress device) => Record(device, new(time.GetUtcMilliseconds(), 0));

    /// <summary>Messages were relayed to or from the device.</summary>
    public void Relayed(DeviceAddress device, long messages) => Record(device, new(null, messages));

    /// <summary>When the device last connected, where that is not in the database yet.</summary>
    public DateTime? PendingConnectOf(DeviceAddress device) => _pending.TryGetValue(device, out var activity) ? activity.LastConnect : null;

    /// <summary>Writes what has gathered.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        _collect();

        // Also where nothing is pending: another flush may have taken it and not have written it yet.
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            foreach (var chunk in DeviceOrder.Sort(_pending.Keys).Chunk(500))
                await WriteAsync(chunk, cancellationToken);
            await keyUses.FlushAsync(cancellationToken);
        }
        finally
        {
            _flushing.Release();
        }
    }

    public override void Dispose()
    {
        _flushing.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.FlushInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryFlushAsync();
        }
        catch (OperationCanceledException)
        {
            // Stopping: what has gathered since is written below.
        }

        await TryFlushAsync();
    }

    private async Task TryFlushAsync()
    {
        try
        {
            await FlushAsync(CancellationToken.None);
        }
        catch (Exception error) when (RegistryErrors.IsOfDatabase(error))
        {
            LogFlushFailed(logger, RegistryErrors.ReasonOf(error));
        }
    }

    private async Task WriteAsync(DeviceAddress[] devices, CancellationToken cancellationToken)
    {
        var written = new List<(DeviceAddress Device, Activity Activity)>(devices.Length);
        var usages = new List<(DeviceAddress Device, long Messages)>();
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await using var writer = new ActivityWriter(transaction.GetDbTransaction(), time.GetUtcNow());
        foreach (var device in devices)
        {
            if (!_pending.TryGetValue(device, out var activity))
                continue;
            if (activity.LastConnect is { } at)
                await writer.WriteLastConnectAsync(device, at, cancellationToken);
            if (activity.Messages > 0)
                usages.Add((device, activity.Messages));
            written.Add((device, activity));
        }

        await writer.AddMessagesAsync(usages, cancellationToken);

        // Whether it took effect must not stay open: what is written twice is counted twice.
        await transaction.CommitAsync(CancellationToken.None);
        foreach (var (device, activity) in written)
            Settle(device, activity);
    }

    /// <summary>Takes away what has been written, and leaves what has come since.</summary>
    private void Settle(DeviceAddress device, Activity written)
    {
        while (_pending.TryGetValue(device, out var present))
        {
            var rest = present.Minus(written);
            if (rest.IsNothing ? _pending.TryRemove(new(device, present)) : _pending.TryUpdate(device, rest, present))
                return;
        }
    }

    private void Record(DeviceAddress device, Activity activity) =>
        _pending.AddOrUpdate(device, static (_, added) => added, static (_, present, added) => present.Plus(added), activity);

    [LoggerMessage(LogLevel.Warning, "Usage and last-connect times could not be written and are kept for the next try: {Reason}")]
    private static partial void LogFlushFailed(ILogger logger, string reason);

    private readonly record struct Activity(DateTime? LastConnect, long Messages)
    {
        public bool IsNothing => LastConnect is null && Messages == 0;

        public Activity Minus(Activity written) => new(LastConnect == written.LastConnect ? null : LastConnect, Messages - written.Messages);

        public Activity Plus(Activity other) => new(
            LastConnect is { } mine && (other.LastConnect is not { } theirs || mine > theirs) ? mine : other.LastConnect,
            Messages + other.Messages);
    }
}
