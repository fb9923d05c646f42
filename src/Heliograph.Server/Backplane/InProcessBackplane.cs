using Heliograph.Protocol;

namespace Heliograph.Server.Backplane;

/// <summary>
/// The backplane of nodes in one process: of the one node of a service that runs alone, or of several in a test. Every call
/// completes at once.
/// </summary>
internal sealed class InProcessBackplane(InProcessNetwork network) : IBackplane
{
    private IBackplaneNode? _node;

    public bool IsHealthy => true;

    public ValueTask JoinAsync(IBackplaneNode node, CancellationToken cancellationToken)
    {
        _node = node;
        return default;
    }

    public ValueTask<long> ClaimDeviceAsync(DeviceAddress device, CancellationToken cancellationToken)
    {
        var (generation, displaced, watchers) = network.ClaimDevice(device, this);
        displaced?._node?.LetGoOfDevice(device, generation);
        foreach (var watcher in watchers)
            watcher._node?.DeviceConnected(device);
        return new(generation);
    }

    public ValueTask ReleaseDeviceAsync(DeviceAddress device, CancellationToken cancellationToken)
    {
        network.ReleaseDevice(device, this);
        return default;
    }

    public ValueTask<long> ClaimChannelAsync(DeviceAddress device, ChannelId channel, CancellationToken cancellationToken)
    {
        var (generation, displaced) = network.ClaimChannel(device, channel, this);
        displaced?._node?.LetGoOfChannel(device, channel, generation);
        return new(generation);
    }

    public ValueTask ReleaseChannelAsync(DeviceAddress device, ChannelId channel, CancellationToken cancellationToken)
    {
        network.ReleaseChannel(device, channel, this);
        return default;
    }

    public ValueTask<bool> SendToDeviceAsync(DeviceAddress device, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) =>
        new(network.HolderOf(device) is { } holder && holder != this && holder._node!.DeliverToDevice(device, frame.Span));

    public ValueTask<bool> SendToClientAsync(
        DeviceAddress device, ChannelId channel, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) =>
        new(network.HolderOf(device, channel) is { } holder && holder != this && holder._node!.DeliverToClient(device, channel, frame.Span));

    public ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken) =>
        new(network.HolderOf(device) is { } holder && holder != this);

    public ValueTask<IReadOnlyCollection<DeviceId>> OnlineDevicesAsync(ProductId product, CancellationToken cancellationToken) =>
        new(network.DevicesOf(product, except: this));

    public ValueTask<IReadOnlyDictionary<ProductId, int>> CountDevicesAsync(IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken) =>
        new(network.CountDevices(products));
}
