using System.Globalization;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Live;
using Heliograph.Server.Live.Nodes;
using Heliograph.Server.Relay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Console.Live;

/// <summary>What the live page follows: the numbers once a second, and what happened since.</summary>
internal sealed class LiveStream(
    EventStreams streams, LiveFeed feed, ClusterFeeds others, INodeBus bus, LiveNumbers numbers, RelayTraffic traffic, ProductOwners owners, TimeProvider time)
{
    public const string Path = "/console/live/stream";

    /// <summary>How long a page waits for what other nodes have to say.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int MaxFirst = 60;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProductsInterval = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(Path, (HttpContext http, LiveStream stream) => stream.RunAsync(http))
            .RequireAuthorization(ConsoleRoles.Viewer)
            .ExcludeFromDescription();

    /// <summary>How an event looks in the stream and on the page.</summary>
    /// <param name="key">The same for what happened again.</param>
    /// <param name="happened">The event.</param>
    /// <param name="node">What this node is called, where there are others.</param>
    public static LiveHappened Describe(string key, LiveEvent happened, string? node) => new(
        key,
        happened.At,
        happened.Kind.ToString(),
        EventWords.ToneOf(happened),
        EventWords.Of(happened),
        happened.Product?.Value,
        happened.Device?.Value,
        happened.IsDeviceKnown,
        happened.Channel,
        happened.Code,
        happened.Count,
        happened.Address?.ToString(),
        happened.Node ?? node);

    /// <summary>What happened here and on other nodes, in the order of time.</summary>
    public static IReadOnlyList<LiveHappened> Merge(IReadOnlyList<LiveEvent> own, IReadOnlyList<(string Key, LiveEvent Event)> remote, string? node) =>
    [
        .. own.Select(x => Describe(x.FirstId.ToString(CultureInfo.InvariantCulture), x, node))
            .Concat(remote.Select(x => Describe(x.Key, x.Event, node)))
            .OrderBy(x => x.At),
    ];

    /// <summary>How connect calls went of late.</summary>
    public static IReadOnlyList<LiveCall> Describe(IReadOnlyList<(string Call, string? Code, long Count)> calls) =>
        [.. calls.Select(x => new LiveCall(x.Call, x.Code, EventWords.OfOutcome(x.Code), x.Count))];

    private async Task RunAsync(HttpContext http)
    {
        var organization = Visitor.Of(http.User)!.Organization;
        ProductId? product = ProductId.TryParse(http.Request.Query["product"], out var id) ? id : null;
        using var place = streams.Take(http);
        traffic.BeginWatch();
        var view = others.Open(organization, product);
        try
        {
            var (seen, arrived, isFirst, products, productsAt) = (0L, 0L, true, (IReadOnlyList<ProductId>)[], 0L);
            (long Messages, long At)? last = null;
            await view.WaitAsync(bus.Reachable(), Patience, http.RequestAborted);
            await streams.RunAsync(http, Interval, async (stream, cancellationToken) =>
            {
                if (productsAt == 0 || time.GetElapsedTime(productsAt) > ProductsInterval)
                {
                    products = [.. (await owners.ListAsync(organization, cancellationToken)).Select(x => x.Product).Where(x => product is null || x == product)];
                    productsAt = time.GetTimestamp();
                }

                var (devices, clients, messages) = numbers.Read(products);
                var now = time.GetTimestamp();
                double? rate = last is { } before ? Math.Max(0, messages - before.Messages) / time.GetElapsedTime(before.At, now).TotalSeconds : null;
                last = (messages, now);
                IReadOnlyList<string> nodes = [.. bus.Others().Select(x => x.Name)];
                var (sum, silent) = view.Sum(nodes);

                var own = feed.Of(organization);
                var (events, lastId, hasGap) = own.Read(seen, product);
                var (remote, lastArrival, hasRemoteGap) = view.Read(arrived);
                var all = Merge(events, remote, nodes.Count > 0 ? bus.Name : null);
                foreach (var happened in isFirst ? all.TakeLast(MaxFirst) : all)
                    await stream.WriteAsync("happened", happened, StreamJson.Default.LiveHappened, cancellationToken);
                (seen, arrived, isFirst) = (lastId, lastArrival, false);

                var calls = Describe(sum.CallsWith(own.ReadCalls(product, time.GetUtcNow().UtcDateTime)));
                var body = new LiveNow(
                    devices + sum.Devices, clients + sum.Clients, rate + sum.Rate, hasGap || hasRemoteGap, calls, nodes.Count + 1, silent);
                await stream.WriteAsync("now", body, StreamJson.Default.LiveNow, cancellationToken);
                return null;
            });
        }
        finally
        {
            others.Close(view);
            traffic.EndWatch();
        }
    }
}
