namespace Heliograph.Protocol.Reliability;

/// <summary>
/// The sending side of one direction of a channel: numbers what is sent and keeps it until it is acknowledged. It sends nothing by
/// itself and holds no timer. Not thread-safe.
/// </summary>
public sealed class ReliableSender
{
    private readonly Queue<byte[]> _unacknowledged = new();
    private long _next;

    /// <summary>The messages that wait for an ACK, oldest first, in the form in which they are sent again.</summary>
    public IReadOnlyCollection<byte[]> Unacknowledged => _unacknowledged;

    /// <summary>How many bytes they hold.</summary>
    public long UnacknowledgedBytes { get; private set; }

    /// <summary>Takes the JSON of what is to be sent.</summary>
    /// <returns>The DATA to send now.</returns>
    public byte[] Add(ReadOnlySpan<byte> data)
    {
        var message = ReliabilityMessage.WriteData(_next++, data);
        _unacknowledged.Enqueue(message);
        UnacknowledgedBytes += message.Length;
        return message;
    }

    /// <summary>An ACK has come. It counts only for the oldest message that waits for one.</summary>
    /// <returns>Whether it counted.</returns>
    public bool Acknowledge(long seq)
    {
        if (_unacknowledged.Count == 0 || seq != _next - _unacknowledged.Count)
            return false;
        UnacknowledgedBytes -= _unacknowledged.Dequeue().Length;
        return true;
    }

    /// <summary>Lets go of everything: the channel has ended.</summary>
    public void Clear()
    {
        _unacknowledged.Clear();
        UnacknowledgedBytes = 0;
    }
}
