using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Microsoft.Extensions.Hosting;

namespace Heliograph.Server.Live.Nodes;

/// <summary>
/// Asks the other nodes for what happens there, as long as somebody looks: a lease that ends by itself if this node does. A service that
/// runs alone asks nobody.
/// </summary>
internal sealed class ClusterFeeds : BackgroundService
{
    /// <summary>How long a view stays after its last page: the page's stream comes after the page, and another page after that.</summary>
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly INodeBus _bus;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Organization, ProductId? Product), FeedView> _views = [];
    private readonly SemaphoreSlim _begun = new(0);

    public ClusterFeeds(INodeBus bus, TimeProvider time)
    {
        (_bus, _time) = (bus, time);
        bus.Listen(NodeTopics.FeedNews, NodeJson.Wire.FeedNews, Take);
    }

    /// <summary>Begins to follow an organization, or joins those who do. To be given back by <see cref="Close"/>.</summary>
    public FeedView Open(string organization, ProductId? product)
    {
        FeedView? view;
        lock (_lock)
        {
            if (_views.TryGetValue((organization, product), out view))
            {
                view.Readers++;
                return view;
            }

            view = new(organization, product, _time) { Readers = 1 };
            _views.Add((organization, product), view);
            _begun.Release();
        }

        Ask(view, NodeTelling.LeaseTime);
        return view;
    }

    public void Close(FeedView view)
    {
        lock (_lock)
        {
            view.Readers--;
            view.LeftAt = _time.GetUtcNow().UtcDateTime;
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
                await _begun.WaitAsync(stoppingToken);
                using var timer = new PeriodicTimer(Interval);
                while (Views().Count > 0)
                {
                    await timer.WaitForNextTickAsync(stoppingToken);
                    Tick();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    private void Tick()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        foreach (var view in Views())
        {
            bool isLeft;
            lock (_lock)
            {
                isLeft = view.Readers == 0 && now - view.LeftAt > LingerTime;
                if (isLeft)
                    _views.Remove((view.Organization, view.Product));
            }

            if (isLeft)
                Ask(view, TimeSpan.Zero);
            else if (view.RenewAt <= now)
                Ask(view, NodeTelling.LeaseTime);
        }
    }

    private void Ask(FeedView view, TimeSpan lease)
    {
        view.RenewAt = _time.GetUtcNow().UtcDateTime + NodeTelling.RenewInterval;
        if (_bus.Reachable().Count == 0)
            return;
        var want = new FeedWant { Look = view.Look, Organization = view.Organization, Product = view.Product?.Value, Seconds = lease.TotalSeconds };
        _bus.Tell(NodeTopics.FeedWanted, want, NodeJson.Wire.FeedWant);
    }

    private void Take(string node, FeedNews news) => Views().FirstOrDefault(view => view.Look == news.Look)?.Take(node, news);

    private List<FeedView> Views()
    {
        lock (_lock)
            return [.. _views.Values];
    }
}
