using Heliograph.Load.Readings;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>
/// Clients send, devices echo; each of the two ways through the server counts as one relayed message. Runs on the loop's thread and
/// allocates nothing per message.
/// </summary>
internal abstract class Traffic(PairSet pairs) : IFrameHandler, ILoopRun
{
    // Nothing is dropped on loopback: what is not back by then is lost.
    private static readonly long LossTimeout = TimeSpan.FromSeconds(10).Nanoseconds();

    private long _endsAt;

    public long Relayed { get; private set; }

    public LatencyHistogram RoundTrips { get; } = new();

    protected PairSet Pairs => pairs;

    /// <summary>When sending ends, on <see cref="Clock"/>.</summary>
    protected long EndsAt { get => Volatile.Read(ref _endsAt); set => Volatile.Write(ref _endsAt, value); }

    protected long InFlight { get; private set; }

    public void OnText(WebSocketConnection connection, ReadOnlySpan<byte> payload)
    {
        var pair = pairs[connection.PairIndex];
        if (payload.Length < pairs.ShortestMessage)
        {
            OnNotice(pair, payload);
            return;
        }

        Relayed++;
        if (connection.IsDevice)
        {
            OnDeviceMessage(pair, payload);
            connection.Send(pair.Text.Frame);
        }
        else
        {
            OnClientMessage(pair, payload);
        }
    }

    public virtual void OnTick(long periods)
    {
    }

    public virtual bool HasFinished()
    {
        var now = Clock.Now;
        if (now < EndsAt)
        {
            return false;
        }

        return now < EndsAt + LossTimeout
            ? InFlight == 0
            : throw new LoadException($"{InFlight} messages have not come back: they are lost");
    }

    protected void Send(LoadPair pair, long at)
    {
        InFlight++;
        pair.SendFromClient(at);
    }

    protected virtual void OnDeviceMessage(LoadPair pair, ReadOnlySpan<byte> payload)
    {
    }

    protected virtual void OnClientMessage(LoadPair pair, ReadOnlySpan<byte> payload)
    {
        if (pair.InFlight == 0)
        {
            throw new LoadException("a message came back twice");
        }

        InFlight--;
        RoundTrips.Record(Clock.Now - pair.TakeSent());
    }

    /// <summary>Something short: the service's own word, never a relayed message.</summary>
    protected virtual void OnNotice(LoadPair pair, ReadOnlySpan<byte> payload)
    {
        if (payload.IndexOf("PEER_OFFLINE"u8) >= 0)
        {
            throw new LoadException("the service called a connected peer offline");
        }
    }
}
