namespace Heliograph.Server.Relay;

internal sealed partial class Peer
{
    // Written by the reader, read and cleared by the keep-alive. Counting ticks of the one keep-alive timer instead of reading the
    // clock for each message costs the hot path a single store.
    private volatile bool _wasHeard;
    private int _silentTicks;
    private int _midMessageTicks;
    private int _endingTicks;

    /// <summary>Called once per tick of the keep-alive.</summary>
    /// <returns>What is to be done about the peer now.</returns>
    public WatchVerdict Tick(WatchLimits limits)
    {
        if (IsEnding)
            return ++_endingTicks > limits.CloseTicks ? WatchVerdict.Cut : WatchVerdict.Fine;

        if (_wasHeard)
        {
            _wasHeard = false;
            _silentTicks = _midMessageTicks = 0;
            return WatchVerdict.Fine;
        }

        _midMessageTicks = socket.IsMidMessage ? _midMessageTicks + 1 : 0;
        if (_midMessageTicks > limits.MessageTicks)
            return WatchVerdict.EndMidMessage;

        _silentTicks++;
        if (_silentTicks == limits.PingTicks)
            return WatchVerdict.Ping;
        return _silentTicks > limits.SilenceTicks ? WatchVerdict.EndSilent : WatchVerdict.Fine;
    }
}
