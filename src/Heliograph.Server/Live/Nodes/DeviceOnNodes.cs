using Heliograph.Server.Relay;

namespace Heliograph.Server.Live.Nodes;

/// <summary>What is known of a device, by all nodes.</summary>
/// <param name="Nodes">Those that answered, this one first.</param>
/// <param name="Silent">The names of those that did not, or are lost.</param>
internal sealed record DeviceOnNodes(IReadOnlyList<DeviceOnNode> Nodes, IReadOnlyList<string> Silent)
{
    /// <summary>Whether it has to be said which node something is of.</summary>
    public bool AreSeveral => Nodes.Count + Silent.Count > 1;

    /// <summary>The device's connection: where two nodes have one for a moment, the newer.</summary>
    public ConnectionSummary? Connection => Nodes.Select(x => x.Connection).OfType<ConnectionSummary>().MaxBy(x => x.Since);

    public int ClientCount => Nodes.Sum(x => x.ClientCount);

    /// <summary>The clients' connections, the oldest first; of nodes with many, some.</summary>
    public IReadOnlyList<ConnectionSummary> Clients => [.. Nodes.SelectMany(x => x.Clients).OrderBy(x => x.Since).ThenBy(x => x.Channel, StringComparer.Ordinal)];

    /// <summary>What happened last, newest first.</summary>
    public IReadOnlyList<LiveEvent> History => [.. Nodes.SelectMany(x => x.History).OrderByDescending(x => x.At)];

    /// <summary>Since when all of them remember.</summary>
    public DateTime Since => Nodes.Max(x => x.Since);
}

/// <summary>What one node knows of a device.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Since">Since when it remembers.</param>
/// <param name="Connection">The device's connection to it.</param>
/// <param name="ClientCount">How many clients are connected to it.</param>
/// <param name="Clients">Their connections; of many, some.</param>
/// <param name="History">What happened last.</param>
internal sealed record DeviceOnNode(
    string Node, DateTime Since, ConnectionSummary? Connection, int ClientCount, IReadOnlyList<ConnectionSummary> Clients, IReadOnlyList<LiveEvent> History);
