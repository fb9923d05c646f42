using Heliograph.Server.Backplane;

namespace Heliograph.Backplane.RabbitMq.Directory;

/// <summary>A claim that is to be put down.</summary>
/// <param name="Place">The place.</param>
/// <param name="Held">The generation of a claim that is made good; 0 for a new one.</param>
internal readonly record struct Claim(Place Place, long Held);

/// <summary>What became of a claim.</summary>
/// <param name="Generation">The generation of the place's holder.</param>
/// <param name="Previous">Who held it before, or since a claim could not be made good, who holds it; null for nobody.</param>
/// <param name="Watchers">The nodes with clients of the device, where the place is a device's.</param>
internal sealed record ClaimResult(long Generation, NodeAddress? Previous, IReadOnlyList<NodeAddress> Watchers);

/// <summary>Who holds a place.</summary>
/// <param name="Node">The node.</param>
/// <param name="Generation">Its claim's generation.</param>
internal sealed record Holder(NodeAddress Node, long Generation);
