using System.Globalization;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Routing;

/// <summary>Order and loss.</summary>
internal static class OrderChecks
{
    private const int Many = 300;

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "routing.order.kept",
            "Order within one channel and direction is kept. One message that is silently lost or reordered stalls its channel for good.",
            "SDKs drop what comes too early, and nobody sends it again until the next reconnect.",
            KeptAsync),
        new(
            "routing.order.at-most-once",
            "Delivery is at most once; not every SDK drops duplicates.",
            "A message that comes twice is carried out twice.",
            AtMostOnceAsync),
    ];

    private static async Task KeptAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var (from, to) in Ways(pair))
        {
            await SendManyAsync(from, pair.ChannelId);
            for (var i = 0; i < Many; i++)
            {
                var message = await to.NextAsync($"message {i + 1} of {Many}");
                Expect.That(Number(message) == i, $"message {i + 1} of {Many}", Number(message) is { } other ? $"message {other + 1}" : message);
            }
        }
    }

    private static async Task AtMostOnceAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var (from, to) in Ways(pair))
        {
            await SendManyAsync(from, pair.ChannelId);
            await from.SendErrorAsync(pair.ChannelId, "END_OF_CHECK");
            var seen = new HashSet<int?>();
            while (await to.NextAsync("each message, and then the ERROR") is var next && next.Type != "ERROR")
                Expect.That(seen.Add(Number(next)), "each message once", "one of them twice");
        }
    }

    private static async Task SendManyAsync(WireSocket from, string channelId)
    {
        // In pieces, as a network makes them.
        foreach (var piece in Enumerable.Range(0, Many).Chunk(7))
            await from.SendAsync([.. piece.Select(i => WireFrame.OfText(WireSocket.MessageText(channelId, i.ToString(CultureInfo.InvariantCulture))))]);
    }

    private static int? Number(Routed message) => int.TryParse(message.Message, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static (WireSocket From, WireSocket To)[] Ways(Pair pair) => [(pair.Client, pair.Device), (pair.Device, pair.Client)];
}
