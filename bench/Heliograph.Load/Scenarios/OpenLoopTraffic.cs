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

    public OpenLoopTraffic(PairSet pairs, Ticker ticker, int relayedPerSecond, TimeSpan time)
        : base(pairs)
    {
        _ticker = ticker;
        var period = TimeSpan.FromSeconds(2.0 / relayedPerSecond);
        _period = period.Nanoseconds();
        _startedAt = Clock.Now;
        EndsAt = _startedAt + time.Nanoseconds();
        ticker.Start(period);
    }

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

            Send(Pairs[(int)(_sent % Pairs.Count)], due);
            _sent++;
        }
    }
}
