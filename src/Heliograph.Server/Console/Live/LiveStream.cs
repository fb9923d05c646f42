using Heliograph.Protocol;
using Heliograph.Server.Console.SignIn;
using Heliograph.Server.Live;
using Heliograph.Server.Relay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Heliograph.Server.Console.Live;

/// <summary>What the live page follows: the numbers once a second, and what happened since.</summary>
internal sealed class LiveStream(EventStreams streams, LiveFeed feed, LiveNumbers numbers, RelayTraffic traffic, ProductOwners owners, TimeProvider time)
{
    public const string Path = "/console/live/stream";

    private const int MaxFirst = 60;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProductsInterval = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(Path, (HttpContext http, LiveStream stream) => stream.RunAsync(http))
            .RequireAuthorization(ConsoleRoles.Viewer)
            .ExcludeFromDescription();

    /// <summary>How an event looks in the stream and on the page.</summary>
    public static LiveHappened Describe(LiveEvent happened) => new(
        happened.FirstId,
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
        happened.Address?.ToString());

    /// <summary>How connect calls went of late.</summary>
    public static IReadOnlyList<LiveCall> Describe(IReadOnlyList<(string Call, string? Code, long Count)> calls) =>
        [.. calls.Select(x => new LiveCall(x.Call, x.Code, EventWords.OfOutcome(x.Code), x.Count))];

    private async Task RunAsync(HttpContext http)
    {
        var organization = Visitor.Of(http.User)!.Organization;
        ProductId? product = ProductId.TryParse(http.Request.Query["product"], out var id) ? id : null;
        using var place = streams.Take(http);
        traffic.BeginWatch();
        try
        {
            var (seen, products, productsAt) = (0L, (IReadOnlyList<ProductId>)[], 0L);
            (long Messages, long At)? last = null;
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

                var own = feed.Of(organization);
                var (events, lastId, hasGap) = own.Read(seen, product);
                foreach (var happened in seen == 0 ? events.TakeLast(MaxFirst) : events)
                    await stream.WriteAsync("happened", Describe(happened), StreamJson.Default.LiveHappened, cancellationToken);
                seen = lastId;
                var calls = Describe(own.ReadCalls(product, time.GetUtcNow().UtcDateTime));
                await stream.WriteAsync("now", new(devices, clients, rate, hasGap, calls), StreamJson.Default.LiveNow, cancellationToken);
                return null;
            });
        }
        finally
        {
            traffic.EndWatch();
        }
    }
}
