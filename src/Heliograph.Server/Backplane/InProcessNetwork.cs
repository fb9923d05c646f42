using Heliograph.Protocol;

namespace Heliograph.Server.Backplane;

/// <summary>What the nodes of one process share: who holds what.</summary>
internal sealed class InProcessNetwork
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DeviceAddress, Claim> _devices = [];
    private readonly Dictionary<ProductId, int> _deviceCounts = [];
    private readonly Dictionary<DeviceAddress, Dictionary<ChannelId, Claim>> _channels = [];
    private readonly HashSet<InProcessBackplane> _nodes = [];
    private long _generation;

    /// <summary>Puts a claim down.</summary>
    /// <returns>The claim's generation, the node that has to let go, and the nodes that watch the device.</returns>
    public (long Generation, InProcessBackplane? Displaced, IReadOnlyList<InProcessBackplane> Watchers) ClaimDevice(
        DeviceAddress device, InProcessBackplane node)
    {
        lock (_lock)
        {
            var displaced = _devices.GetValueOrDefault(device)?.Node;
            _nodes.Add(node);
            if (displaced is null)
                _deviceCounts[device.Product] = _deviceCounts.GetValueOrDefault(device.Product) + 1;
            _devices[device] = new(node, ++_generation);
            return (_generation, displaced == node ? null : displaced, WatchersOf(device, node));
        }
    }

    public void ReleaseDevice(DeviceAddress device, InProcessBackplane node)
    {
        lock (_lock)
        {
            if (_devices.GetValueOrDefault(device)?.Node != node)
                return;

            _devices.Remove(device);
            if (--_deviceCounts[device.Product] == 0)
                _deviceCounts.Remove(device.Product);
        }
    }

    /// <inheritdoc cref="ClaimDevice" />
    public (long Generation, InProcessBackplane? Displaced) ClaimChannel(DeviceAddress device, ChannelId channel, InProcessBackplane node)
    {
        lock (_lock)
        {
            if (!_channels.TryGetValue(device, out var channels))
                _channels[device] = channels = [];
            var displaced = channels.GetValueOrDefault(channel)?.Node;
            channels[channel] = new(node, ++_generation);
            return (_generation, displaced == node ? null : displaced);
        }
    }

    public void ReleaseChannel(DeviceAddress device, ChannelId channel, InProcessBackplane node)
    {
        lock (_lock)
        {
            if (!_channels.TryGetValue(device, out var channels) || channels.GetValueOrDefault(channel)?.Node != node)
                return;

            channels.Remove(channel);
            if (channels.Count == 0)
                _channels.Remove(device);
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

    public InProcessBackplane? HolderOf(DeviceAddress device)
    {
        lock (_lock)
            return _devices.GetValueOrDefault(device)?.Node;
    }

    /// <summary>How many devices of these products somebody holds. Counted as they come and go: nobody looks through them all.</summary>
    public IReadOnlyDictionary<ProductId, int> CountDevices(IReadOnlyCollection<ProductId> products)
    {
        lock (_lock)
            return products.Distinct().ToDictionary(product => product, product => _deviceCounts.GetValueOrDefault(product));
    }

    public InProcessBackplane? HolderOf(DeviceAddress device, ChannelId channel)
    {
        lock (_lock)
            return _channels.GetValueOrDefault(device)?.GetValueOrDefault(channel)?.Node;
    }

    private List<InProcessBackplane> WatchersOf(DeviceAddress device, InProcessBackplane except) =>
        _channels.TryGetValue(device, out var channels)
            ? [.. channels.Values.Select(x => x.Node).Distinct().Where(x => x != except)]
            : [];

    private sealed record Claim(InProcessBackplane Node, long Generation);
}
