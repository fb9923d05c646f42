using System.Text.Json.Nodes;
using Heliograph.Conformance.Tests.Proxy;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Tests.Flaws;

/// <summary>Wrong frames.</summary>
internal static class Frames
{
    /// <summary>A text frame's object; null where it is none.</summary>
    public static JsonObject? Read(WireFrame frame)
    {
        try
        {
            var json = frame.Opcode == WireFrame.Text ? ProxyRequest.Parse(frame.PayloadText) : null;
            // Duplicate keys show only when they are looked for.
            return json is null || json.Count >= 0 ? json : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public static string? Type(WireFrame frame) => Read(frame)?["type"] is JsonValue value && value.TryGetValue<string>(out var type) ? type : null;

    public static string? Channel(WireFrame frame) => Read(frame)?["channelId"] is JsonValue value && value.TryGetValue<string>(out var channel) ? channel : null;

    /// <summary>The link of the client on whose channel a frame to the device is.</summary>
    public static Link? SenderOf(Link device, JsonObject frame) =>
        device.Proxy.Links.LastOrDefault(x => x.IsClient && x.Handout!.Channel == frame["channelId"]!.GetValue<string>());

    /// <summary>Changes frames of a type on the way to devices.</summary>
    public static Flaw ToDevice(string type, Action<Link, JsonObject> change) => FromService(type, (link, frame) => link.IsDevice ? Edit(frame, x => change(link, x)) : [frame]);

    /// <summary>Changes frames of a type on the way to clients.</summary>
    public static Flaw ToClient(string type, Action<Link, JsonObject> change) => FromService(type, (link, frame) => link.IsClient ? Edit(frame, x => change(link, x)) : [frame]);

    /// <summary>Changes frames of a type on the way to peers.</summary>
    public static Flaw ToPeer(string type, Action<JsonObject> change) => FromService(type, (_, frame) => Edit(frame, change));

    /// <summary>Drops frames on the way to peers.</summary>
    public static Flaw Drops(string type, Func<Link, WireFrame, bool> when) => FromService(type, (link, frame) => when(link, frame) ? [] : [frame]);

    /// <summary>Replaces frames of a type on the way to peers.</summary>
    public static Flaw FromService(string type, Func<Link, WireFrame, IReadOnlyList<WireFrame>> change) =>
        new() { FromService = (link, frame) => Task.FromResult(Type(frame) == type ? change(link, frame) : [frame]) };

    /// <summary>Replaces frames on the way to the service.</summary>
    public static Flaw FromPeer(Func<Link, WireFrame, IReadOnlyList<WireFrame>> change) =>
        new() { FromPeer = (link, frame) => Task.FromResult(change(link, frame)) };

    /// <summary>Replaces frames on the way to the service.</summary>
    public static Flaw FromPeer(Func<Link, WireFrame, Task<IReadOnlyList<WireFrame>>> change) => new() { FromPeer = change };

    /// <summary>Closes the connection of a peer that sends such a frame.</summary>
    public static Flaw ClosesAt(Func<WireFrame, bool> when) => FromPeer(async (link, frame) =>
    {
        if (!when(frame))
            return [frame];
        await link.ToPeerAsync(WireFrame.OfClose(1008));
        return [WireFrame.OfClose(1000)];
    });

    private static IReadOnlyList<WireFrame> Edit(WireFrame frame, Action<JsonObject> change)
    {
        var json = Read(frame)!;
        change(json);
        return [WireFrame.OfText(json.ToJsonString())];
    }
}
