namespace Heliograph.Testing;

/// <summary>
/// A clock that stands still until it is told to move, and then fires the timers that fall due, in their order. For hours that pass
/// in no time; see <see cref="FakeTimeProvider"/> for a clock whose timers are real.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly long _start = DateTimeOffset.UtcNow.Ticks;
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How long each of the timers that run now still has to go, the shortest first.</summary>
    public IReadOnlyList<TimeSpan> Pending
    {
        get
        {
            lock (_gate)
                return [.. _timers.Select(timer => new TimeSpan(timer.DueAt - _now)).Order()];
        }
    }

    public override DateTimeOffset GetUtcNow() => new(_start + Interlocked.Read(ref _now), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan time)
    {
        var end = GetTimestamp() + time.Ticks;
        while (TakeNext(end) is { } timer)
            timer.Fire();
        lock (_gate)
            _now = Math.Max(_now, end);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan)
            throw new NotSupportedException("Only timers that fire once.");
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private ManualTimer? TakeNext(long end)
    {
        lock (_gate)
        {
            var next = _timers.MinBy(timer => timer.DueAt);
            if (next is null || next.DueAt > end)
                return null;
            _timers.Remove(next);
            _now = Math.Max(_now, next.DueAt);
            return next;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public long DueAt { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                DueAt = clock._now + dueTime.Ticks;
                clock._timers.Add(this);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
