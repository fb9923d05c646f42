using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Routing;

/// <summary>What is not understood.</summary>
internal static class NotUnderstoodChecks
{
    private const string Rule = "What is not understood ({0}) is ignored and counted, and the connection lives on: old and new versions must be able to talk.";
    private const string Why = "One frame of a newer SDK would cut its connection, again and again.";

    public static IEnumerable<Check> All { get; } =
    [
        Of("not-json", "not JSON", _ => Texts("hello", "{", "", "{\"type\":\"MESSAGE\"", "[1,2", "{'type':'PING'}", "{}{}")),
        Of("no-object", "no JSON object", _ => Texts("[]", "\"PING\"", "1", "null", "true")),
        Of("no-type", "no type", id => Texts("{}", $$"""{"channelId":"{{id}}","message":1}""", $$"""{"type":null,"channelId":"{{id}}","message":1}""", $$"""{"type":1,"channelId":"{{id}}","message":1}""")),
        Of("unknown-type", "an unknown type", id => Texts(
            $$"""{"type":"LATER","channelId":"{{id}}","message":1}""",
            $$"""{"type":"message","channelId":"{{id}}","message":1}""",
            $$"""{"type":"PEER_CONNECTED","channelId":"{{id}}"}""",
            $$"""{"type":"PEER_OFFLINE","channelId":"{{id}}"}""")),
        Of("missing-field", "a missing field", id => Texts(
            """{"type":"MESSAGE","message":1}""",
            $$"""{"type":"MESSAGE","channelId":"{{id}}"}""",
            $$"""{"type":"ERROR","channelId":"{{id}}"}""",
            $$$"""{"type":"ERROR","channelId":"{{{id}}}","error":{}}""",
            """{"type":"ERROR","error":{"code":"X"}}""")),
        Of("binary", "a binary frame", id => [new(WireFrame.Binary, [1, 2, 3]), WireFrame.OfText(WireSocket.MessageText(id, "1")) with { Opcode = WireFrame.Binary }]),
    ];

    private static Check Of(string name, string what, Func<string, IEnumerable<WireFrame>> frames) => new(
        $"routing.not-understood.{name}",
        Rule.Replace("{0}", what, StringComparison.Ordinal),
        Why,
        scene => IgnoredAsync(scene, what, frames));

    private static IEnumerable<WireFrame> Texts(params string[] texts) => texts.Select(WireFrame.OfText);

    private static async Task IgnoredAsync(Scene scene, string what, Func<string, IEnumerable<WireFrame>> frames)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var (from, to) in ((WireSocket, WireSocket)[])[(pair.Client, pair.Device), (pair.Device, pair.Client)])
        {
            foreach (var frame in frames(pair.ChannelId))
                await from.SendAsync(frame);
            Expect.None(await from.DrainAsync(), $"nothing to the sender of {what}");
            await from.SendMessageAsync(pair.ChannelId, "\"behind\"");
            var next = await to.NextAsync($"the MESSAGE behind {what}");
            Expect.That(next.Message == "\"behind\"", $"nothing of {what} to the other peer", next);
        }
    }
}
