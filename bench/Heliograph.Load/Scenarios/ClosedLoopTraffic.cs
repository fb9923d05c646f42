using Heliograph.Load.Readings;

namespace Heliograph.Load.Scenarios;

/// <summary>Every pair has one message under way at any time: the server is as busy as it can be.</summary>
internal sealed class ClosedLoopTraffic : Traffic
{
    public ClosedLoopTraffic(PairSet pairs, TimeSpan time)
        : base(pairs)
    {
        EndsAt = Clock.Now + time.Nanoseconds();
        foreach (var pair in pairs.All)
        {
            Send(pair, Clock.Now);
        }
    }

    protected override void OnClientMessage(LoadPair pair, ReadOnlySpan<byte> payload)
    {
        base.OnClientMessage(pair, payload);
        var now = Clock.Now;
        if (now < EndsAt)
        {
            Send(pair, now);
        }
    }
}
