using Heliograph.Protocol;

namespace Heliograph.Server.Backplane;

/// <summary>What the nodes of one process share: who holds what.</summary>
internal sealed class InProcessNetwork
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Place, Holding> _held = [];
    private readonly Dictionary<ProductId, int> _deviceCounts = [];
    private IReadOnlyList<InProcessBackplane> _nodes = [];
    private long _generation;

    /// <summary>Those that have joined.</summary>
    public IReadOnlyList<InProcessBackplane> Nodes => Volatile.Read(ref _nodes);

    public void Join(InProcessBackplane node)
    {
        lock (_lock)
            _nodes = [.. _nodes, node];
    }

    public void Leave(InProcessBackplane node)
    {
        lock (_lock)
            _nodes = [.. _nodes.Where(x => x != node)];
    }

    /// <summary>Puts a claim down.</summary>
    /// <returns>The generation of the holder, the node that has to let go, and the nodes that watch the device.</returns>
    public (long Generation, InProcessBackplane? Displaced, IReadOnlyList<InProcessBackplane> Watchers) Claim(
        Place place, long held, InProcessBackplane node)
    {
        lock (_lock)
        {
            var isHeld = _held.TryGetValue(place, out var present);
            if (held > 0 && isHeld && (present.Node != node || present.Generation > held))
                return (present.Generation, null, []);

            var generation = held > 0 ? held : ++_generation;
            if (place.IsDevice && !isHeld)
                _deviceCounts[place.Device.Product] = _deviceCounts.GetValueOrDefault(place.Device.Product) + 1;
            _held[place] = new(node, generation);
            return (generation, present.Node == node ? null : present.Node, place.IsDevice ? WatchersOf(place.Device, node) : []);
        }
    }

    public void Release(Place place, InProcessBackplane node)
    {
        lock (_lock)
        {
            if (_held.GetValueOrDefault(place).Node != node)
                return;

            _held.Remove(place);
            if (place.IsDevice && --_deviceCounts[place.Device.Product] == 0)
                _deviceCounts.Remove(place.Device.Product);
        }
    }

    /// <summary>The devices of a product that other nodes hold than one. Of a service that runs alone these are none, and nobody is kept waiting.</summary>
    public IReadOnlyCollection<DeviceId> DevicesOf(ProductId product, InProcessBackplane except)
    {
        lock (_lock)
        {
            return _nodes.Count < 2
                ? []
                : [.. _held.Where(x => x.Key.IsDevice && x.Key.Device.Product == product && x.Value.Node != except).Select(x => x.Key.Device.Device)];
        }
    }

    public InProcessBackplane? HolderOf(Place place)
    {
        lock (_lock)
            return _held.GetValueOrDefault(place).Node;
    }

    /// <summary>How many devices of these products somebody holds. Counted as they come and go: nobody looks through them all.</summary>
    public IReadOnlyDictionary<ProductId, int> CountDevices(IReadOnlyCollection<ProductId> products)
    {
        lock (_lock)
            return products.Distinct().ToDictionary(product => product, product => _deviceCounts.GetValueOrDefault(product));
    }

    /// <summary>The other nodes on which the device has clients. Looked for among all, and so only where there are others, which is in tests.</summary>
    private List<InProcessBackplane> WatchersOf(DeviceAddress device, InProcessBackplane except) => _nodes.Count < 2
        ? []
        : [.. _held.Where(x => !x.Key.IsDevice && x.Key.Device == device && x.Value.Node != except).Select(x => x.Value.Node!).Distinct()];

    private readonly record struct Holding(InProcessBackplane? Node, long Generation);
}
