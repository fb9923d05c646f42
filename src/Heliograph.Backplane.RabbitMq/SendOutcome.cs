namespace Heliograph.Backplane.RabbitMq;

/// <summary>What became of something that was sent to another node.</summary>
internal enum SendOutcome
{
    /// <summary>The node took it.</summary>
    Taken,

    /// <summary>The node does not have the receiver.</summary>
    NotHere,

    /// <summary>The node is gone: it came back, or the node was found to be lost.</summary>
    NodeGone,

    /// <summary>The broker is not reached from here.</summary>
    Unreachable,

    /// <summary>Nobody answered.</summary>
    Timeout,
}
