namespace Heliograph.Server.Backplane;

/// <summary>A node of the cluster, as it last told of itself.</summary>
/// <param name="Name">Its name, unique in the cluster.</param>
/// <param name="Version">The version that it runs.</param>
/// <param name="StartedAt">When it started, UTC.</param>
/// <param name="HeardAt">When it last told, UTC by this node's clock; now for this node itself.</param>
/// <param name="State">What it does.</param>
/// <param name="Load">What it has to do.</param>
/// <param name="MessagesPerSecond">Messages that its peers sent and that were handed on, of late.</param>
/// <param name="Cpu">Share of one processor that it used of late: 1 is all of one.</param>
/// <param name="MemoryBytes">Memory that the process has resident.</param>
internal sealed record NodeStatus(
    string Name,
    string Version,
    DateTime StartedAt,
    DateTime HeardAt,
    NodeState State,
    NodeLoad Load,
    double MessagesPerSecond,
    double Cpu,
    long MemoryBytes);

/// <summary>What a node does.</summary>
internal enum NodeState
{
    /// <summary>It serves peers.</summary>
    Ready,

    /// <summary>It serves its peers, and does not reach the other nodes.</summary>
    Degraded,

    /// <summary>It stops, or is cut off, and sends its peers away.</summary>
    Leaving,

    /// <summary>Nothing has been heard of it, and it did not say that it leaves.</summary>
    Lost,
}
