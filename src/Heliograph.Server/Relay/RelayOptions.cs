namespace Heliograph.Server.Relay;

/// <summary>Signaling connections.</summary>
internal sealed class RelayOptions
{
    /// <summary>The most bytes of a message that a peer may send; more closes its connection with 1009.</summary>
    public int MaxMessageSize { get; set; } = 64 * 1024;

    /// <summary>The most bytes that may wait to be written to one peer; more closes that peer with 4001.</summary>
    public int OutboxSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>How long nothing may be heard from a peer before it is pinged.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a pinged peer may stay silent before it is closed with 4003.</summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a peer may take to finish a message that it has begun before it is closed with 4004.</summary>
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a peer may take to answer a close frame before its connection is cut.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Over how long peers are closed when the service stops.</summary>
    public TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a device's connection may be taken over by another one at once; past that, connects are slowed down by 429.</summary>
    public int TakeoverBurst { get; set; } = 5;

    /// <summary>How often a device's connection may be taken over for long: once in this time.</summary>
    public TimeSpan TakeoverInterval { get; set; } = TimeSpan.FromSeconds(10);

    public IEnumerable<string> Validate()
    {
        if (MaxMessageSize is < 1024 or > 16 * 1024 * 1024)
            yield return "MaxMessageSize must be between 1024 and 16777216";
        if (OutboxSize < MaxMessageSize)
            yield return "OutboxSize must not be smaller than MaxMessageSize";
        foreach (var (name, value) in ((string, TimeSpan)[])
            [(nameof(PingInterval), PingInterval), (nameof(PingTimeout), PingTimeout),
             (nameof(MessageTimeout), MessageTimeout), (nameof(CloseTimeout), CloseTimeout),
             (nameof(TakeoverInterval), TakeoverInterval)])
        {
            if (value < TimeSpan.FromMilliseconds(100) || value > TimeSpan.FromHours(1))
                yield return $"{name} must be between 00:00:00.1 and 01:00:00";
        }

        if (DrainTime < TimeSpan.Zero || DrainTime > TimeSpan.FromHours(1))
            yield return "DrainTime must be between 00:00:00 and 01:00:00";
        if (TakeoverBurst < 1)
            yield return "TakeoverBurst must be 1 or more";
    }
}
