namespace Heliograph.Server.Backplane;

/// <summary>
/// What nodes tell each other besides peers' frames: for those who look at the whole cluster from one node. Best effort: what is told while
/// a node can't be reached is lost to it. Of one node to another, what is told on one topic arrives in order.
/// </summary>
internal interface INodeBus
{
    /// <summary>This node's name.</summary>
    string Name { get; }

    /// <summary>The nodes of the cluster, this one included; a lost one stays listed for a while.</summary>
    IReadOnlyList<NodeStatus> Nodes { get; }

    /// <summary>Tells the other nodes, or one of them. Does not wait for anybody.</summary>
    /// <param name="topic">What it is about: a short text that both sides know.</param>
    /// <param name="body">What is told; copied before this returns. Up to 64 KiB.</param>
    /// <param name="node">The name of the node to tell; all others where null.</param>
    void Tell(string topic, ReadOnlySpan<byte> body, string? node = null);

    /// <summary>
    /// Has what other nodes tell on a topic handed to somebody, with the name of the node that tells it. The handler is called from any
    /// thread, one call at a time for each node, and must not block. At most one handler for a topic, set up before the service starts.
    /// </summary>
    void Listen(string topic, Action<string, ReadOnlySpan<byte>> handler);
}
