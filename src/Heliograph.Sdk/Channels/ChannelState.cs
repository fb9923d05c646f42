namespace Heliograph.Sdk;

/// <summary>The state of a channel.</summary>
public enum ChannelState
{
    /// <summary>Nothing is known of the other peer yet.</summary>
    New,

    /// <summary>The other peer is there, as far as is known.</summary>
    Connected,

    /// <summary>The other peer is away. What is sent waits for it.</summary>
    Disconnected,

    /// <summary>Ended by an error.</summary>
    Failed,

    /// <summary>Ended in order, by either side.</summary>
    Closed,
}
