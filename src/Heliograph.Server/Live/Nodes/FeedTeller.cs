using System.Data.Common;
using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Relay;
using Microsoft.Extensions.Hosting;

namespace Heliograph.Server.Live.Nodes;

/// <summary>
/// Tells nodes on which somebody follows an organization what happens to it here: once a second, as long as they ask for it. Where nobody
/// does, nothing runs.
/// </summary>
internal sealed class FeedTeller : BackgroundService
{
    /// <summary>How many events are told at a time; of more, the newest.</summary>
    private const int MaxEvents = 100;

    /// <summary>More than so many pages are not followed at a time. A node's own pages are bounded.</summary>
    private const int MaxLeases = 2_000;

    private static readonly TimeSpan ProductsInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(1);

    private readonly INodeBus _bus;
    private readonly LiveFeed _feed;
    private readonly LiveNumbers _numbers;
    private readonly RelayTraffic _traffic;
    private readonly ProductOwners _owners;
    private readonly LiveMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly string _run = Guid.NewGuid().ToString("N")[..12];
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Node, string Look), Lease> _leases = [];
    private readonly SemaphoreSlim _begun = new(0);

    public FeedTeller(INodeBus bus, LiveFeed feed, LiveNumbers numbers, RelayTraffic traffic, ProductOwners owners, LiveMetrics metrics, TimeProvider time)
    {
        (_bus, _feed, _numbers, _traffic, _owners, _metrics, _time) = (bus, feed, numbers, traffic, owners, metrics, time);
        bus.Listen(NodeTopics.FeedWanted, NodeJson.Wire.FeedWant, Take);
    }

    /// <summary>How many looks of other nodes are told to.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _leases.Count;
        }
    }

    public override void Dispose()
    {
        _begun.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                // At once for a new one; and each second while there are any.
                await _begun.WaitAsync(Count == 0 ? Timeout.InfiniteTimeSpan : NodeTelling.NewsInterval, stoppingToken);
                foreach (var lease in TakeDue())
                    await TellAsync(lease, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    private void Take(string node, FeedWant want)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        ProductId? product = ProductId.TryParse(want.Product, out var id) ? id : null;
        if (want.Product is not null && product is null)
            return;
        lock (_lock)
        {
            if (!_leases.TryGetValue((node, want.Look), out var lease))
            {
                if (want.Seconds <= 0 || _leases.Count >= MaxLeases)
                    return;
                lease = new(node, want.Look, want.Organization, product) { DueAt = now };
                _leases.Add((node, want.Look), lease);
                _traffic.BeginWatch();
                _begun.Release();
            }

            lease.Until = now + TimeSpan.FromSeconds(Math.Clamp(want.Seconds, 0, LongestLease.TotalSeconds));
        }
    }

    private List<Lease> TakeDue()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        lock (_lock)
        {
            foreach (var (key, lease) in _leases.Where(x => x.Value.Until <= now).ToList())
            {
                _leases.Remove(key);
                _traffic.EndWatch();
            }

            // A little early is as good, and no second is left out.
            return [.. _leases.Values.Where(x => x.DueAt <= now + NodeTelling.NewsInterval / 4)];
        }
    }

    private async Task TellAsync(Lease lease, CancellationToken cancellationToken)
    {
        lease.DueAt = _time.GetUtcNow().UtcDateTime + NodeTelling.NewsInterval;
        if (lease.ProductsAt == 0 || _time.GetElapsedTime(lease.ProductsAt) > ProductsInterval)
            await ReadProductsAsync(lease, cancellationToken);

        var (devices, clients, messages) = _numbers.Read(lease.Products);
        var now = _time.GetTimestamp();
        double? rate = lease.Last is { } last ? Math.Max(0, messages - last.Messages) / _time.GetElapsedTime(last.At, now).TotalSeconds : null;
        lease.Last = (messages, now);

        var own = _feed.Of(lease.Organization);
        var (events, lastId, hasGap) = own.Read(lease.Seen, lease.Product);
        // What was before somebody looked is not missed. Of what the feed itself has dropped it is known only that there was some.
        var missed = lease.Number == 0 ? 0 : Math.Max(0, events.Count - MaxEvents) + (hasGap ? 1 : 0);
        lease.Seen = lastId;
        Send(lease, new()
        {
            Look = lease.Look,
            Number = ++lease.Number,
            Run = _run,
            Devices = devices,
            Clients = clients,
            Rate = rate,
            Missed = missed,
            Events = [.. events.TakeLast(MaxEvents).Select(NodeEvents.Write)],
            Calls = [.. own.ReadCalls(lease.Product, _time.GetUtcNow().UtcDateTime).Select(x => new NodeCall(x.Call, x.Code, x.Count))],
        });
    }

    private void Send(Lease lease, FeedNews news)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(news, NodeJson.Wire.FeedNews);
        while (body.Length > NodeTelling.MaxBody && news.Events.Count > 0)
        {
            var dropped = (news.Events.Count + 1) / 2;
            news = news with { Events = [.. news.Events.Skip(dropped)], Missed = news.Missed + dropped };
            body = JsonSerializer.SerializeToUtf8Bytes(news, NodeJson.Wire.FeedNews);
        }

        _metrics.EventsDropped(news.Missed);
        _bus.Tell(NodeTopics.FeedNews, body, lease.Node);
    }

    private async Task ReadProductsAsync(Lease lease, CancellationToken cancellationToken)
    {
        lease.ProductsAt = _time.GetTimestamp();
        try
        {
            lease.Products = [.. (await _owners.ListAsync(lease.Organization, cancellationToken)).Select(x => x.Product).Where(x => lease.Product is null || x == lease.Product)];
        }
        catch (DbException)
        {
            // Those that were read last do meanwhile. What fails for want of the registry is in the log.
        }
    }

    /// <summary>A look of another node.</summary>
    private sealed class Lease(string node, string look, string organization, ProductId? product)
    {
        public string Node { get; } = node;

        public string Look { get; } = look;

        public string Organization { get; } = organization;

        public ProductId? Product { get; } = product;

        public DateTime Until { get; set; }

        public DateTime DueAt { get; set; }

        public IReadOnlyList<ProductId> Products { get; set; } = [];

        public long ProductsAt { get; set; }

        public (long Messages, long At)? Last { get; set; }

        public long Seen { get; set; }

        public long Number { get; set; }
    }
}
