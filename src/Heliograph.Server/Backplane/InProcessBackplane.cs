using Heliograph.Protocol;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Backplane;

/// <summary>
/// The backplane of nodes in one process: of the one node of a service that runs alone, or of several in a test. Every call
/// completes at once.
/// </summary>
internal sealed class InProcessBackplane : IBackplane, INodeBus
{
    private readonly InProcessNetwork _network;
    private readonly NodeVitals _vitals;
    private readonly Dictionary<string, Action<string, ReadOnlySpan<byte>>> _handlers = new(StringComparer.Ordinal);
    private IBackplaneNode? _node;

    public InProcessBackplane(InProcessNetwork network, IOptions<ClusterOptions> options, TimeProvider time)
    {
        _network = network;
        Name = options.Value.NodeName;
        _vitals = new(Name, time);
    }

    public BackplaneState State => BackplaneState.Connected;

    public string Name { get; }

    public IReadOnlyList<NodeStatus> Nodes => [.. _network.Nodes.Select(x => x.Status).OrderBy(x => x.Name, StringComparer.Ordinal)];

    private NodeStatus Status => _vitals.Read(_node!.Load, State);

    public ValueTask JoinAsync(IBackplaneNode node, CancellationToken cancellationToken)
    {
        _node = node;
        _network.Join(this);
        return default;
    }

    public ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        _network.Leave(this);
        return default;
    }

    public ValueTask<long> ClaimAsync(Place place, long held, CancellationToken cancellationToken)
    {
        var (generation, displaced, watchers) = _network.Claim(place, held, this);
        displaced?._node?.LetGo(place, generation);
        foreach (var watcher in watchers)
            watcher._node?.DeviceConnected(place.Device);
        return new(generation);
    }

    public ValueTask ReleaseAsync(Place place, CancellationToken cancellationToken)
    {
        _network.Release(place, this);
        return default;
    }

    public ValueTask<bool> SendAsync(Place to, ChannelId channel, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken) =>
        new(_network.HolderOf(to) is { } holder && holder != this && holder._node!.Deliver(to, channel, frame.Span, new Sender(this, to, channel)));

    public ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken) =>
        new(_network.HolderOf(Place.Of(device)) is { } holder && holder != this);

    public ValueTask<IReadOnlyCollection<DeviceId>> OnlineDevicesAsync(ProductId product, CancellationToken cancellationToken) =>
        new(_network.DevicesOf(product, except: this));

    public ValueTask<IReadOnlyDictionary<ProductId, int>> CountDevicesAsync(IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken) =>
        new(_network.CountDevices(products));

    public void Tell(string topic, ReadOnlySpan<byte> body, string? node = null)
    {
        foreach (var other in _network.Nodes)
        {
            if (other != this && (node is null || other.Name == node) && other._handlers.TryGetValue(topic, out var handler))
                handler(Name, body);
        }
    }

    public void Listen(string topic, Action<string, ReadOnlySpan<byte>> handler) => _handlers.Add(topic, handler);

    private sealed class Sender(InProcessBackplane node, Place to, ChannelId channel) : IRemoteSender
    {
        public ChannelId Channel { get; } = channel;

        public void TellUndelivered() => node._node?.Undelivered(to.IsDevice ? new(to.Device, Channel) : Place.Of(to.Device), Channel);
    }
}
