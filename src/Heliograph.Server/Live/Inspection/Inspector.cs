using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Heliograph.Server.Relay;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Live.Inspection;

/// <summary>
/// The session inspector: opens a tap on a device when somebody looks, reads what was captured at a pace that no flood can raise, and
/// ends what nobody looks at any more. It knows the peers of this node only.
/// </summary>
internal sealed partial class Inspector(
    TapList taps, RelayHub hub, LiveFeed live, IOptions<LiveOptions> options, TimeProvider time, ILogger<Inspector> logger) : BackgroundService
{
    /// <summary>How often what was captured is read.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a tap stays after the last page has left: a page that is loaded anew finds what was before.</summary>
    private static readonly TimeSpan LingerTime = TimeSpan.FromMinutes(2);

    /// <summary>How many taps that nobody looks at stay at most: whoever opens pages and leaves them has no more than this captured.</summary>
    private const int MaxLeftOfOrganization = 50;
    private const int MaxLeft = 500;

    private readonly Lock _lock = new();
    private readonly Dictionary<DeviceTap, (int Readers, DateTime LeftAt)> _readers = [];
    private readonly SemaphoreSlim _begun = new(0);

    /// <summary>Begins to follow a device, or joins those who do. To be given back by <see cref="Close"/>.</summary>
    public DeviceTap Open(string organization, DeviceAddress device)
    {
        lock (_lock)
        {
            var tap = taps.Find(device);
            if (tap is null)
            {
                tap = new(organization, device, time);
                taps.Add(tap);
                hub.SetTap(device, tap);
                _begun.Release();
            }

            _readers[tap] = (_readers.GetValueOrDefault(tap).Readers + 1, default);
            return tap;
        }
    }

    public void Close(DeviceTap tap)
    {
        lock (_lock)
        {
            if (!_readers.TryGetValue(tap, out var reading))
                return;
            _readers[tap] = (reading.Readers - 1, time.GetUtcNow().UtcDateTime);
            EndMoreThan(MaxLeftOfOrganization, x => x.Organization == tap.Organization);
            EndMoreThan(MaxLeft, _ => true);
        }
    }

    /// <summary>Shows what the device's messages contain from now on, for a while.</summary>
    public void ShowContent(Actor actor, DeviceAddress device)
    {
        var now = time.GetUtcMilliseconds();
        var tap = Open(actor.Organization, device);
        tap.ShowContent(now, now + options.Value.ContentTime);
        live.Tell(LiveEvent.Of(LiveEventKind.ContentShown, now, device) with { Actor = actor, Duration = options.Value.ContentTime });
        Close(tap);
    }

    /// <summary>Shows it no longer.</summary>
    /// <returns>Whether it was shown.</returns>
    public bool HideContent(Actor actor, DeviceAddress device)
    {
        if (taps.Find(device) is not { ContentUntil: not null } tap)
            return false;
        tap.HideContent();
        live.Tell(LiveEvent.Of(LiveEventKind.ContentHidden, time.GetUtcMilliseconds(), device) with { Actor = actor });
        return true;
    }

    /// <summary>How long the device's contents are shown still; null where they are not.</summary>
    public TimeSpan? ContentLeft(DeviceAddress device) =>
        taps.Find(device)?.ContentUntil is { } until && until - time.GetUtcNow().UtcDateTime is var left && left > TimeSpan.Zero ? left : null;

    /// <summary>Ends the taps of devices that are deleted.</summary>
    public void Apply(RegistryChange change)
    {
        if (!change.Deleted)
            return;
        foreach (var tap in taps.All.Where(x => x.Device.Product == change.Product && (change.Device is null || x.Device.Device == change.Device)))
            End(tap, TapEnd.Deleted);
    }

    public override void Dispose()
    {
        _begun.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (true)
            {
                // Where nobody looks, nothing runs.
                await _begun.WaitAsync(stoppingToken);
                while (taps.Count > 0)
                {
                    await timer.WaitForNextTickAsync(stoppingToken);
                    foreach (var tap in taps.All)
                        TryTick(tap);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    /// <summary>What one device's peers send must not end this for all, and with it the service.</summary>
    private void TryTick(DeviceTap tap)
    {
        try
        {
            Tick(tap);
        }
        catch (Exception error)
        {
            LogFailed(logger, tap.Device, error);
            End(tap, TapEnd.Failed);
        }
    }

    private void Tick(DeviceTap tap)
    {
        var now = time.GetUtcNow().UtcDateTime;
        tap.Digest(hub.IsDeviceHere(tap.Device));
        if (tap.ContentUntil <= now)
            tap.HideContent();

        // In one go: a page that comes meanwhile finds it in use, or gone.
        lock (_lock)
        {
            if (_readers.TryGetValue(tap, out var reading) && reading.Readers == 0 && now - reading.LeftAt > LingerTime)
                End(tap, TapEnd.Left);
        }
    }

    /// <summary>Ends those that were left first, of these that nobody looks at. Under the lock.</summary>
    private void EndMoreThan(int most, Func<DeviceTap, bool> isOne)
    {
        foreach (var (tap, _) in _readers.Where(x => x.Value.Readers == 0 && isOne(x.Key)).OrderByDescending(x => x.Value.LeftAt).Skip(most).ToList())
            End(tap, TapEnd.Left);
    }

    private void End(DeviceTap tap, TapEnd end)
    {
        lock (_lock)
        {
            _readers.Remove(tap);
            taps.Remove(tap);
            hub.SetTap(tap.Device, taps.Find(tap.Device));
            tap.Close(end);
        }
    }

    [LoggerMessage(LogLevel.Error, "The session inspector failed at device {Device}; it is not followed any longer")]
    private static partial void LogFailed(ILogger logger, DeviceAddress device, Exception error);
}
