using Heliograph.Protocol;
using Heliograph.Server.Live;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Live;

/// <summary>Reading what a service tells of itself.</summary>
internal static class FeedReader
{
    public const string Operator = "or-operator";

    public static IReadOnlyList<LiveEvent> EventsOf(this TestService service, ProductId product, string organization = Operator) =>
        service.Get<LiveFeed>().Of(organization).Read(after: 0, product).Events;

    /// <summary>Waits until an organization's feed has an event of a product for which <paramref name="check"/> holds.</summary>
    public static async Task<LiveEvent> EventAsync(
        this TestService service, ProductId product, Func<LiveEvent, bool> check, string organization = Operator)
    {
        LiveEvent? found = null;
        await Eventually.HoldsAsync("the event is there", () =>
        {
            var events = service.EventsOf(product, organization);
            found = events.FirstOrDefault(check);
            return Task.FromResult(found is null ? $"there are: {string.Join(" | ", events.Select(x => $"{x.Kind} {EventWords.Of(x)}"))}" : null);
        });
        return found!;
    }
}
