using System.Collections.Concurrent;
using Heliograph.Protocol;
using Heliograph.Server.Connect;

namespace Heliograph.Server.Relay;

/// <summary>How many devices and clients of each product have a place on this node: counted as they come and go, so that to ask costs nothing.</summary>
internal sealed class ConnectedCounts
{
    private readonly ConcurrentDictionary<ProductId, (int Devices, int Clients)> _counts = new();

    public (int Devices, int Clients) Of(ProductId product) => _counts.GetValueOrDefault(product);

    /// <summary>A connection got a place that was free.</summary>
    public void Came(Peer peer) => Add(peer, 1);

    /// <summary>A place is free again.</summary>
    public void Went(Peer peer) => Add(peer, -1);

    private void Add(Peer peer, int change)
    {
        var (product, added) = (peer.Device.Product, peer.Role == Role.Device ? (Devices: change, Clients: 0) : (Devices: 0, Clients: change));
        var count = _counts.AddOrUpdate(
            product,
            static (_, x) => x,
            static (_, present, x) => (present.Devices + x.Devices, present.Clients + x.Clients),
            added);
        // Only while it is nothing still.
        if (count == default)
            _counts.TryRemove(new(product, default));
    }
}
