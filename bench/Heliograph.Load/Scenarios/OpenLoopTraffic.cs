using Heliograph.Load.Readings;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>
/// Messages leave at a fixed rate, evenly spaced, whether or not earlier ones are back. Round trips count from when a message was due, so
/// a stall shows in every message that it held up.
/// </summary>
internal sealed class OpenLoopTraffic : Traffic
{
    private readonly Ticker _ticker;
    private readonly long _startedAt;
    private readonly long _period;
    private long _sent;

    /// <param name="pairs">Who talks.</param>
    /// <param name="ticker">The loop's.</param>
    /// <param name="relayedPerSecond">How much; a round trip is two.</param>
    /// <param name="time">How long; null until <see cref="End"/>.</param>
    public OpenLoopTraffic(PairSet pairs, Ticker ticker, int relayedPerSecond, TimeSpan? time)
        : base(pairs)
    {
        _ticker = ticker;
        var period = TimeSpan.FromSeconds(2.0 / relayedPerSecond);
        _period = period.Nanoseconds();
        _startedAt = Clock.Now;
        EndsAt = time is { } limit ? _startedAt + limit.Nanoseconds() : long.MaxValue;
        ticker.Start(period);
    }

    /// <summary>How late messages left, counted from when they were due: what of the round trips is the generator's own doing.</summary>
    public LatencyHistogram Lateness { get; } = new();

    /// <summary>From any thread: no more is sent, what is under way is waited for.</summary>
    public void End() => EndsAt = Clock.Now;

    public override void OnTick(long periods)
    {
        for (; periods > 0; periods--)
        {
            var due = _startedAt + ((_sent + 1) * _period);
            if (due >= EndsAt)
            {
                _ticker.Stop();
                return;
            }

            Lateness.Record(Clock.Now - due);
            Send(Pairs[(int)(_sent % Pairs.Count)], due);
            _sent++;
        }
    }
}
