using Heliograph.Load.Readings;

namespace Heliograph.Load.Scenarios;

/// <summary>
/// The first round trip of every pair. It makes sure that both ends are attached before anything is measured, and that a message
/// passes unaltered. A socket may be open a moment before the server can reach it, so what doesn't come back is sent again.
/// </summary>
internal sealed class OpeningTraffic : Traffic
{
    private static readonly long RetryAfter = TimeSpan.FromSeconds(1).Nanoseconds();
    private static readonly long GiveUpAfter = TimeSpan.FromSeconds(30).Nanoseconds();

    private readonly bool[] _done;
    private readonly long _startedAt = Clock.Now;
    private long _lastSent;
    private int _missing;

    public OpeningTraffic(PairSet pairs)
        : base(pairs)
    {
        _done = new bool[pairs.Count];
        _missing = pairs.Count;
        SendMissing();
    }

    public override bool HasFinished()
    {
        var now = Clock.Now;
        if (now - _startedAt > GiveUpAfter)
        {
            throw new LoadException($"{_missing} of {Pairs.Count} pairs never got a message through");
        }

        if (_missing > 0 && now - _lastSent > RetryAfter)
        {
            SendMissing();
        }

        return _missing == 0;
    }

    protected override void OnDeviceMessage(LoadPair pair, ReadOnlySpan<byte> payload) => Check(pair, payload);

    protected override void OnClientMessage(LoadPair pair, ReadOnlySpan<byte> payload)
    {
        Check(pair, payload);
        var index = pair.Client.PairIndex;
        if (!_done[index])
        {
            _done[index] = true;
            _missing--;
        }
    }

    protected override void OnNotice(LoadPair pair, ReadOnlySpan<byte> payload)
    {
        // PEER_OFFLINE belongs here: that message is sent again.
    }

    private static void Check(LoadPair pair, ReadOnlySpan<byte> payload)
    {
        if (payload.IndexOf(pair.Text.Message) < 0)
        {
            throw new LoadException("a message was altered on its way");
        }
    }

    private void SendMissing()
    {
        _lastSent = Clock.Now;
        foreach (var pair in Pairs.All)
        {
            if (!_done[pair.Client.PairIndex])
            {
                pair.Client.Send(pair.Text.Frame);
            }
        }
    }
}
