using System.Text.Json.Nodes;
using Heliograph.Conformance.Tests.Proxy;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Tests.Flaws;

/// <summary>Services that change, drop, repeat or reorder what passes through them.</summary>
internal static class FrameFlaws
{
    public static IEnumerable<(string Id, Flaw Flaw)> All { get; } =
    [
        ("routing.ping.answered", new()
        {
            FromService = async (_, frame) =>
            {
                if (Frames.Type(frame) == "PONG")
                    await Task.Delay(TimeSpan.FromSeconds(1.3));
                return [frame];
            },
        }),
        ("routing.ping.never-relayed", Frames.FromPeer(async (link, frame) =>
        {
            if (Frames.Type(frame) == "PING")
            {
                foreach (var other in link.Others)
                    await other.ToPeerAsync(frame);
            }

            return [frame];
        })),
        ("routing.ping.of-websocket", DropsControl(WireFrame.Pong)),
        ("routing.keep-alive", DropsControl(WireFrame.Ping)),
        ("routing.frames.text-json", Frames.FromService("MESSAGE", (_, frame) => [frame with { Opcode = WireFrame.Binary }])),
        ("routing.frames.no-nulls", Frames.ToClient("MESSAGE", (_, x) => x["authorized"] = null)),
        ("routing.frames.channel-id", Frames.ToPeer("ERROR", x => x.Remove("channelId"))),
        ("routing.message.relayed", Frames.Drops("MESSAGE", (link, _) => link.IsClient)),
        ("routing.message.any-json", Frames.Drops("MESSAGE", (_, frame) => Frames.Read(frame)!["message"]!.GetValueKind() == System.Text.Json.JsonValueKind.Number)),
        ("routing.message.byte-for-byte", Frames.ToPeer("MESSAGE", x => x["message"] = x["message"]!.DeepClone())),
        ("routing.message.needs-message", Frames.FromPeer(async (link, frame) =>
        {
            if (Frames.Type(frame) == "MESSAGE" && !frame.PayloadText.Contains("\"message\"", StringComparison.Ordinal))
            {
                foreach (var other in link.Others)
                    await other.ToPeerAsync($$"""{"type":"MESSAGE","channelId":"{{Frames.Channel(frame)}}","authorized":false}""");
            }

            return [frame];
        })),
        ("routing.error.relayed", Frames.ToPeer("ERROR", x => x["error"]!["code"] = "INTERNAL_ERROR")),
        ("routing.error.without-message", Frames.ToPeer("ERROR", x => x["error"]!.AsObject().TryAdd("message", null))),
        ("routing.error.ends-no-connection", new()
        {
            FromService = async (link, frame) =>
            {
                if (Frames.Type(frame) != "ERROR")
                    return [frame];
                await link.ToServiceAsync(WireFrame.OfClose(1000));
                return [frame, WireFrame.OfClose(1000)];
            },
        }),
        ("routing.error.as-message", Frames.FromPeer((_, frame) => Frames.Type(frame) == "MESSAGE" && Frames.Read(frame)!.ContainsKey("error") ? [] : [frame])),
        ("routing.error.flat", Frames.FromPeer((_, frame) => Frames.Type(frame) == "ERROR" && Frames.Read(frame)!.ContainsKey("errorCode") ? [] : [frame])),
        ("routing.error.before-close", Frames.FromPeer(LosesErrorBeforeClose)),
        ("routing.order.kept", Frames.FromPeer(Swaps)),
        ("routing.order.at-most-once", Frames.FromService("MESSAGE", (_, frame) => IsNumber(frame, 100) ? [frame, frame] : [frame])),
        ("routing.own-channel.client", Frames.FromPeer(async (link, frame) =>
        {
            if (!link.IsClient || Frames.Channel(frame) is not { } channel || channel == link.Handout!.Channel)
                return [frame];
            foreach (var other in link.Others)
                await other.ToPeerAsync(frame);
            return [frame];
        })),
        ("routing.own-channel.device", Frames.FromPeer(async (link, frame) =>
        {
            if (!link.IsDevice || Frames.Channel(frame) is not { } channel)
                return [frame];
            foreach (var other in link.Proxy.Links.Where(x => x.Handout?.Channel == channel && x.Handout.Device != link.Handout!.Device))
                await other.ToPeerAsync(frame);
            return [frame];
        })),
        ("routing.own-channel.tells-nothing", new()
        {
            FromService = (link, frame) => Task.FromResult<IReadOnlyList<WireFrame>>(
                Frames.Type(frame) == "PEER_OFFLINE" && link.Proxy.Links.Any(x => x.Handout?.Channel == Frames.Channel(frame))
                    ? [WireFrame.OfText(frame.PayloadText.Replace("}", ",\"reason\":\"not yours\"}", StringComparison.Ordinal))]
                    : [frame]),
        }),
        ("routing.authorized.on-every-message", new()
        {
            // Says it once for each channel.
            FromService = (link, frame) =>
            {
                if (!link.IsDevice || Frames.Type(frame) != "MESSAGE" || link.Memory.TryAdd(Frames.Channel(frame)!, true))
                    return Task.FromResult<IReadOnlyList<WireFrame>>([frame]);
                var json = Frames.Read(frame)!;
                json.Remove("authorized");
                return Task.FromResult<IReadOnlyList<WireFrame>>([WireFrame.OfText(json.ToJsonString())]);
            },
        }),
        ("routing.authorized.peers-word-dropped", BelievesPeers(text => text.Contains("\"authorized\":true", StringComparison.Ordinal))),
        ("routing.authorized.duplicate-keys", BelievesPeers(text => text.Contains("\\u0061uthorized", StringComparison.Ordinal))),
        ("routing.authorized.duplicate-channels", Frames.FromPeer(async (link, frame) =>
        {
            if (frame.PayloadText.Contains("\\u0063hannelId", StringComparison.Ordinal))
            {
                foreach (var other in link.Others)
                    await other.ToPeerAsync($$"""{"type":"MESSAGE","channelId":"{{Other(link)}}","authorized":true,"message":1}""");
            }

            return [frame];
        })),
        ("routing.authorized.other-fields-dropped", Frames.ToPeer("MESSAGE", x => x["later"] = 1)),
        ("routing.not-understood.not-json", Frames.ClosesAt(x => x.PayloadText == "hello")),
        ("routing.not-understood.no-object", Frames.ClosesAt(x => x.PayloadText == "[]")),
        ("routing.not-understood.no-type", Frames.ClosesAt(x => x.PayloadText == "{}")),
        ("routing.not-understood.unknown-type", Frames.ClosesAt(x => Frames.Type(x) == "LATER")),
        ("routing.not-understood.missing-field", Frames.ClosesAt(x => Frames.Type(x) == "MESSAGE" && Frames.Channel(x) is null)),
        ("routing.not-understood.binary", Frames.ClosesAt(x => x.Opcode == WireFrame.Binary)),
    ];

    private static Flaw DropsControl(int opcode) => new() { FromService = (_, frame) => Task.FromResult<IReadOnlyList<WireFrame>>(frame.Opcode == opcode ? [] : [frame]) };

    private static string Other(Link link) => link.Proxy.Links.First(x => x.IsClient && x.Handout!.Channel != link.Handout!.Channel).Handout!.Channel!;

    private static bool IsNumber(WireFrame frame, int number) => Frames.Read(frame)?["message"] is JsonValue value && value.TryGetValue<int>(out var n) && n == number;

    private static IReadOnlyList<WireFrame> Swaps(Link link, WireFrame frame)
    {
        if (IsNumber(frame, 100))
        {
            link.Memory["held"] = frame;
            return [];
        }

        return link.Memory.Remove("held", out var held) ? [frame, (WireFrame)held] : [frame];
    }

    private static IReadOnlyList<WireFrame> LosesErrorBeforeClose(Link link, WireFrame frame)
    {
        if (Frames.Type(frame) == "ERROR")
        {
            link.Memory["held"] = frame;
            return [];
        }

        return link.Memory.Remove("held", out var held) && frame.Opcode != WireFrame.Close ? [(WireFrame)held, frame] : [frame];
    }

    /// <summary>Marks a message as authorized where its sender wrote so, in a way.</summary>
    private static Flaw BelievesPeers(Func<string, bool> when) => new()
    {
        FromPeer = (link, frame) =>
        {
            if (frame.Opcode == WireFrame.Text && when(frame.PayloadText))
                link.Proxy.Memory["believed"] = true;
            return Task.FromResult<IReadOnlyList<WireFrame>>([frame]);
        },
        FromService = (link, frame) => Task.FromResult<IReadOnlyList<WireFrame>>(
            link.IsDevice && Frames.Type(frame) == "MESSAGE" && link.Proxy.Memory.TryRemove("believed", out _)
                ? [WireFrame.OfText(frame.PayloadText.Replace("\"authorized\":false", "\"authorized\":true", StringComparison.Ordinal))]
                : [frame]),
    };
}
