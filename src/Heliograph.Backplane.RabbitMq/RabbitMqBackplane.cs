using Heliograph.Backplane.RabbitMq.Broker;
using Heliograph.Backplane.RabbitMq.Directory;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Registry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heliograph.Backplane.RabbitMq;

/// <summary>
/// The backplane of a cluster: RabbitMQ is a pipe between the nodes, which alone are bound there; who is where is in a directory in
/// PostgreSQL. Here are the places; <c>Send.cs</c> is the way of a frame to another node, <c>Receive.cs</c> what comes from others,
/// <c>Watch.cs</c> finds out who is lost. See docs/decisions/0018-the-cluster.md.
/// </summary>
internal sealed partial class RabbitMqBackplane : IBackplane, INodeBus, IBrokerHandler, IAsyncDisposable
{
    /// <summary>A claim waits so long at most for the older holder to let go.</summary>
    private static readonly TimeSpan LetGoPatience = TimeSpan.FromSeconds(1);

    private readonly NodeAddress _self;
    private readonly ClusterOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RabbitMqBackplane> _logger;
    private readonly RabbitMqMetrics _metrics;
    private readonly NpgsqlDataSource _database;
    private readonly PlaceDirectory _places;
    private readonly NodeDirectory _nodes;
    private readonly BrokerLink _broker;
    private readonly Members _members;
    private readonly Routes _routes;
    private readonly Outstanding _outstanding;
    private readonly NodeVitals _vitals;
    private readonly Dictionary<string, Action<string, ReadOnlySpan<byte>>> _listeners = new(StringComparer.Ordinal);
    private IBackplaneNode _node = null!;
    private bool _isDisposed;

    public RabbitMqBackplane(
        NpgsqlDataSource database,
        IOptions<ClusterOptions> options,
        IOptions<RegistryOptions> registry,
        RabbitMqMetrics metrics,
        TimeProvider time,
        ILogger<RabbitMqBackplane> logger,
        ILogger<BrokerLink> brokerLogger)
    {
        _options = options.Value;
        _self = new(_options.NodeName, NodeAddress.NewBoot());
        _time = time;
        _logger = logger;
        _metrics = metrics;
        _database = database;
        _places = new(database, registry.Value.Region, _self);
        _nodes = new(database, registry.Value.Region, _self);
        _broker = new(_self, registry.Value.Region, _options, this, time, brokerLogger);
        _members = new(_options.NodeTimeout, time);
        _routes = new(time);
        _outstanding = new(_options.NodeTimeout, time);
        _vitals = new(_self.Name, time);
        metrics.CountNodes(() => _members.Count);
    }

    public string Name => _self.Name;

    public IReadOnlyList<NodeStatus> Nodes => [.. _members.Statuses.Append(Status).OrderBy(x => x.Name, StringComparer.Ordinal)];

    private NodeStatus Status => _vitals.Read(_node.Load, State);

    public async ValueTask JoinAsync(IBackplaneNode node, CancellationToken cancellationToken)
    {
        _node = node;
        StartWatching();
        _broker.Start();
        // Both, so that the first claim finds its table; but a node comes up without them, too.
        await Task.WhenAll(_joined.Task, _registered.Task).WaitAsync(cancellationToken);
    }

    public async ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        await StopWatchingAsync();
        _broker.TrySendToAll(new(Wire.NodeMessageKind.Leave));
        await TryAskDirectoryAsync(() => _nodes.DeleteAsync(_self, cancellationToken));
    }

    public async ValueTask<long> ClaimAsync(Place place, long held, CancellationToken cancellationToken)
    {
        if (await TryAskDirectoryAsync(() => _places.ClaimAsync(new(place, held))) is not { Generation: > 0 } claim)
        {
            ClaimAllLater("the directory could not be told of a claim");
            return held;
        }

        if (held > 0 && claim.Generation > held)
            return claim.Generation;

        _routes.Forget(place);
        foreach (var watcher in claim.Watchers)
            _broker.TrySend(watcher, new(Wire.NodeMessageKind.Connected) { Place = place, Generation = claim.Generation });
        if (claim.Previous is { } previous && previous != _self && !_members.IsLost(previous))
            await LetGoAsync(previous, place, claim.Generation, cancellationToken);
        return claim.Generation;
    }

    public async ValueTask ReleaseAsync(Place place, CancellationToken cancellationToken)
    {
        if (!await TryAskDirectoryAsync(() => _places.ReleaseAsync(place)))
            _unreleased.Add(place);
    }

    public async ValueTask<bool> IsDeviceOnlineAsync(DeviceAddress device, CancellationToken cancellationToken)
    {
        var place = Place.Of(device);
        // Where the directory can't be asked, what is known here is the best there is; nobody waits to find that out again.
        if (!_isDirectoryWatched || await TryAskDirectoryAsync(async () => new Found(await _places.FindAsync(place))) is not { } answer)
            return _routes.TryFind(place, out var known) && known is not null && !_members.IsLost(known.Node);
        return answer.Holder is { } holder && holder.Node != _self && !_members.IsLost(holder.Node);
    }

    public async ValueTask<IReadOnlyCollection<DeviceId>> OnlineDevicesAsync(ProductId product, CancellationToken cancellationToken)
    {
        var devices = await TryAskDirectoryAsync(() => _places.DevicesOfAsync(product, cancellationToken));
        return devices is null ? [] : [.. devices.Where(x => x.Node != _self && !_members.IsLost(x.Node)).Select(x => x.Device)];
    }

    public async ValueTask<IReadOnlyDictionary<ProductId, int>> CountDevicesAsync(IReadOnlyCollection<ProductId> products, CancellationToken cancellationToken)
    {
        var counts = await TryAskDirectoryAsync(() => _places.CountDevicesAsync(products, cancellationToken)) ?? [];
        return counts.Where(x => !_members.IsLost(x.Node)).GroupBy(x => x.Product).ToDictionary(x => x.Key, x => x.Sum(y => y.Count));
    }

    public async ValueTask DisposeAsync()
    {
        // More than one name that it has in the container may dispose it.
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        await StopWatchingAsync();
        await _broker.DisposeAsync();
        await _database.DisposeAsync();
        _stop.Dispose();
        _claimAll.Dispose();
    }

    /// <summary>Has the older holder end its connection, so that from here on nothing reaches it.</summary>
    private async Task LetGoAsync(NodeAddress holder, Place place, long generation, CancellationToken cancellationToken)
    {
        var (id, outcome) = _outstanding.Add(holder);
        if (!_broker.TrySend(holder, new(Wire.NodeMessageKind.LetGo) { Id = id, Place = place, Generation = generation }))
            _outstanding.Complete(id, SendOutcome.Unreachable);
        // One that hangs lets go when it comes back, by claiming all again; nobody waits for it here.
        await Task.WhenAny(outcome, Task.Delay(LetGoPatience, _time, cancellationToken));
    }
}
