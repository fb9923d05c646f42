namespace Heliograph.Protocol.Management;

/// <summary>A node of the cluster, as it last told of itself. A service that runs alone is one node.</summary>
/// <param name="Name">Its name, unique in the cluster.</param>
/// <param name="ThisNode">Whether it is the one that answers.</param>
/// <param name="State">
/// <c>ready</c>; <c>degraded</c> where it serves its peers and does not reach the other nodes; <c>leaving</c> where it sends its peers
/// away; <c>lost</c> where nothing has been heard of it, and it did not say that it leaves.
/// </param>
/// <param name="Version">The version that it runs.</param>
/// <param name="StartedAt">When it started, in UTC.</param>
/// <param name="UptimeSeconds">How long it has run, up to when it was last heard of.</param>
/// <param name="HeardAt">When it was last heard of, in UTC.</param>
/// <param name="Devices">Devices that are connected to it.</param>
/// <param name="Clients">Clients that are connected to it.</param>
/// <param name="MessagesPerSecond">Messages of its peers that it handed on, of late.</param>
/// <param name="MessagesRelayed">The same, all since it started.</param>
/// <param name="MessagesRelayedToOtherNodes">Those of them that went to another node.</param>
/// <param name="Cpu">Processors that it used of late: 1 is all of one.</param>
/// <param name="MemoryBytes">Memory that it has resident.</param>
public sealed record ClusterNode(
    string Name,
    bool ThisNode,
    string State,
    string Version,
    DateTime StartedAt,
    long UptimeSeconds,
    DateTime HeardAt,
    long Devices,
    long Clients,
    double MessagesPerSecond,
    long MessagesRelayed,
    long MessagesRelayedToOtherNodes,
    double Cpu,
    long MemoryBytes);
