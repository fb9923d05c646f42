using System.Collections.Concurrent;
using Heliograph.Protocol;
using Heliograph.Server.Live;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Relay;

/// <summary>
/// Notices devices that take each other's place again and again, as two with one identity do for ever, and slows them down: past
/// the burst, a device that is connected is taken over once in an interval at most. A token bucket per such device, kept as the one
/// time at which it is full again.
/// </summary>
internal sealed partial class TakeoverLimiter(
    IOptions<RelayOptions> options, TimeProvider time, RelayMetrics metrics, LiveFeed live, ILogger<TakeoverLimiter> logger)
{
    private readonly ConcurrentDictionary<DeviceAddress, DateTimeOffset> _fullAt = new();
    private long _nextSweep;

    private TimeSpan Burst => options.Value.TakeoverInterval * options.Value.TakeoverBurst;

    /// <summary>A connection of the device has taken the place of an older one.</summary>
    public void Record(DeviceAddress device)
    {
        var now = time.GetUtcNow();
        var interval = options.Value.TakeoverInterval;
        var fullAt = _fullAt.AddOrUpdate(
            device,
            static (_, x) => x.now + x.interval,
            static (_, fullAt, x) => (fullAt > x.now ? fullAt : x.now) + x.interval,
            (now, interval));
        if (fullAt - now > Burst - interval)
        {
            metrics.IdentityConflict();
            live.Tell(LiveEvent.Of(LiveEventKind.IdentityConflict, now.UtcDateTime, device));
            LogConflict(logger, device, options.Value.TakeoverBurst);
        }

        // Not more often: a storm of reconnects is when this runs, and when there is no time for it.
        var sweep = Volatile.Read(ref _nextSweep);
        if (now.Ticks > sweep && Interlocked.CompareExchange(ref _nextSweep, (now + interval).Ticks, sweep) == sweep)
        {
            foreach (var entry in _fullAt)
            {
                if (entry.Value < now)
                    _fullAt.TryRemove(entry);
            }
        }
    }

    /// <summary>How long the device has to wait before it may be taken over again; null where it may.</summary>
    public TimeSpan? Delay(DeviceAddress device)
    {
        if (!_fullAt.TryGetValue(device, out var fullAt))
            return null;
        var excess = fullAt - time.GetUtcNow() - Burst + options.Value.TakeoverInterval;
        return excess > TimeSpan.Zero ? excess : null;
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Device {Device} was taken over {Burst} times at once: it seems that two devices have this identity. Its connects are slowed down")]
    private static partial void LogConflict(ILogger logger, DeviceAddress device, int burst);
}
