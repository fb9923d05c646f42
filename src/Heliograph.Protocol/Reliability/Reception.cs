namespace Heliograph.Protocol.Reliability;

/// <summary>What the receiver of a DATA does with it.</summary>
public enum Reception
{
    /// <summary>The next one: acknowledge it and hand it up.</summary>
    New,

    /// <summary>Had before: acknowledge it again and drop it.</summary>
    Repeated,

    /// <summary>Something before it is missing: drop it without a word, and the sender keeps both.</summary>
    TooEarly,
}
