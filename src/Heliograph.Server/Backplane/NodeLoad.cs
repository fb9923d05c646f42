namespace Heliograph.Server.Backplane;

/// <summary>What a node has to do.</summary>
/// <param name="Devices">Devices that are connected to it.</param>
/// <param name="Clients">Clients that are connected to it.</param>
/// <param name="Relayed">Messages that its peers have sent and that were handed on, since it started.</param>
/// <param name="RelayedToOthers">Those of them that went to another node.</param>
/// <param name="IsStopping">Whether it stops, and sends its peers away.</param>
internal readonly record struct NodeLoad(long Devices, long Clients, long Relayed, long RelayedToOthers, bool IsStopping);
