namespace Heliograph.Protocol.Reliability;

/// <summary>The receiving side of one direction of a channel: tells what is new from what was sent again. Not thread-safe.</summary>
public sealed class ReliableReceiver
{
    private long _next;

    /// <summary>The last sequence number that was received in order; -1 before the first.</summary>
    public long Last => _next - 1;

    /// <summary>A DATA has come.</summary>
    public Reception Receive(long seq)
    {
        if (seq > _next)
            return Reception.TooEarly;
        if (seq < _next)
            return Reception.Repeated;
        _next++;
        return Reception.New;
    }
}
