namespace Heliograph.Server.Relay;

internal sealed partial class Peer
{
    // Written by the reader, read and cleared by the keep-alive. Counting ticks of the one keep-alive timer instead of reading the
    // clock for each message costs the hot path a single store.
    private volatile bool _wasHeard;
    private volatile bool _hasFinishedMessage;
    private int _silentTicks;
    private int _midMessageTicks;
    private int _endingTicks;
    private int _stuckTicks;
    private int _progress = Outbox.Idle;

    /// <summary>Called once per tick of the keep-alive.</summary>
    /// <returns>What is to be done about the peer now.</returns>
    public WatchVerdict Tick(WatchLimits limits)
    {
        if (IsEnding)
            return ++_endingTicks > limits.CloseTicks ? WatchVerdict.Cut : WatchVerdict.Fine;

        // A busy peer is in the middle of a message at every tick, and of another one each time. Control frames between the
        // fragments of a message don't finish it.
        _midMessageTicks = socket.IsMidMessage && !_hasFinishedMessage ? _midMessageTicks + 1 : 0;
        _hasFinishedMessage = false;
        if (_midMessageTicks > limits.MessageTicks)
            return WatchVerdict.EndMidMessage;

        // Of one that still sends, pongs perhaps, but reads nothing of what it is sent.
        var progress = _outbox.Progress;
        _stuckTicks = progress != Outbox.Idle && progress == _progress ? _stuckTicks + 1 : 0;
        _progress = progress;
        if (_stuckTicks > limits.SilenceTicks)
            return WatchVerdict.EndSlow;

        if (_wasHeard)
        {
            _wasHeard = false;
            _silentTicks = 0;
            return WatchVerdict.Fine;
        }

        _silentTicks++;
        if (_silentTicks == limits.PingTicks)
            return WatchVerdict.Ping;
        return _silentTicks > limits.SilenceTicks ? WatchVerdict.EndSilent : WatchVerdict.Fine;
    }
}
