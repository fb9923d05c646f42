using Heliograph.Protocol;

namespace Heliograph.Server.Backplane;

/// <summary>What the nodes of one process share: who holds what.</summary>
internal sealed class InProcessNetwork
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DeviceAddress, Holding> _devices = [];
    private readonly Dictionary<ProductId, int> _deviceCounts = [];
    private readonly Dictionary<DeviceAddress, Dictionary<ChannelId, Holding>> _channels = [];
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
            var present = Find(place);
            if (held > 0 && present is not null && (present.Node != node || present.Generation > held))
                return (present.Generation, null, []);

            var generation = held > 0 ? held : ++_generation;
            if (place.Channel is not { } channel)
            {
                if (present is null)
                    _deviceCounts[place.Device.Product] = _deviceCounts.GetValueOrDefault(place.Device.Product) + 1;
                _devices[place.Device] = new(node, generation);
            }
            else
            {
                if (!_channels.TryGetValue(place.Device, out var channels))
                    _channels[place.Device] = channels = [];
                channels[channel] = new(node, generation);
            }

            return (generation, present?.Node == node ? null : present?.Node, place.IsDevice ? WatchersOf(place.Device, node) : []);
        }
    }

    public void Release(Place place, InProcessBackplane node)
    {
        lock (_lock)
        {
            if (Find(place)?.Node != node)
                return;

            if (place.Channel is not { } channel)
            {
                _devices.Remove(place.Device);
                if (--_deviceCounts[place.Device.Product] == 0)
                    _deviceCounts.Remove(place.Device.Product);
            }
            else
            {
                var channels = _channels[place.Device];
                channels.Remove(channel);
                if (channels.Count == 0)
                    _channels.Remove(place.Device);
            }
        }
    }

    /// <summary>The devices of a product that other nodes hold than one. Of a service that runs alone these are none, and nobody is kept waiting.</summary>
    public IReadOnlyCollection<DeviceId> DevicesOf(ProductId product, InProcessBackplane except)
    {
        lock (_lock)
        {
            return _nodes.Count < 2
                ? []
                : [.. _devices.Where(x => x.Key.Product == product && x.Value.Node != except).Select(x => x.Key.Device)];
        }
    }

    public InProcessBackplane? HolderOf(Place place)
    {
        lock (_lock)
            return Find(place)?.Node;
    }

    /// <summary>How many devices of these products somebody holds. Counted as they come and go: nobody looks through them all.</summary>
    public IReadOnlyDictionary<ProductId, int> CountDevices(IReadOnlyCollection<ProductId> products)
    {
        lock (_lock)
            return products.Distinct().ToDictionary(product => product, product => _deviceCounts.GetValueOrDefault(product));
    }

    private Holding? Find(Place place) =>
        place.Channel is { } channel ? _channels.GetValueOrDefault(place.Device)?.GetValueOrDefault(channel) : _devices.GetValueOrDefault(place.Device);

    private List<InProcessBackplane> WatchersOf(DeviceAddress device, InProcessBackplane except) =>
        _channels.TryGetValue(device, out var channels)
            ? [.. channels.Values.Select(x => x.Node).Distinct().Where(x => x != except)]
            : [];

    private sealed record Holding(InProcessBackplane Node, long Generation);
}
