using Heliograph.Conformance.Tests.Proxy;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Tests.Flaws;

/// <summary>Services that tell peers of each other at the wrong time, or not.</summary>
internal static class PresenceFlaws
{
    private const string Connected = "PEER_CONNECTED";

    public static IEnumerable<(string Id, Flaw Flaw)> All { get; } =
    [
        ("routing.peer-connected.device-opens", Frames.Drops(Connected, (link, _) => link.IsClient)),
        ("routing.peer-connected.client-opens", Frames.Drops(Connected, (link, _) => link.IsDevice)),
        ("routing.peer-connected.reconnects", Frames.Drops(Connected, (link, frame) => link.IsDevice && !link.Memory.TryAdd(Frames.Channel(frame)!, true))),
        ("routing.peer-connected.device-takes-over", Frames.Drops(Connected, (link, _) => link.IsClient && link.Proxy.TimesOpened(link.Handout!.Device) > 1)),
        ("routing.peer-connected.client-takes-over", Frames.Drops(Connected, (link, frame) => !link.Memory.TryAdd(Frames.Channel(frame)!, true))),
        ("routing.peer-connected.device-told-of-all", Frames.Drops(Connected, (link, _) => link.IsDevice && !link.Memory.TryAdd("told", true))),
        ("routing.peer-connected.reachable", new()
        {
            Opening = async link =>
            {
                if (!link.IsClient || link.Others.FirstOrDefault() is not { } device)
                    return;
                await device.ToPeerAsync($$"""{"type":"PEER_CONNECTED","channelId":"{{link.Handout!.Channel}}"}""");
                await Task.Delay(TimeSpan.FromSeconds(1));
            },
        }),
        ("routing.peer-connected.not-otherwise", new()
        {
            Opened = link => link.IsClient ? link.ToPeerAsync($$"""{"type":"PEER_CONNECTED","channelId":"{{link.Handout!.Channel}}"}""") : Task.CompletedTask,
        }),
        ("routing.peer-offline.message", Frames.Drops("PEER_OFFLINE", (link, _) => link.IsDevice)),
        ("routing.peer-offline.error", Frames.Drops("PEER_OFFLINE", (link, _) => link.IsClient)),
        ("routing.peer-offline.after-cut", new() { OutlivesPeer = true }),
        ("routing.peer-offline.not-when-delivered", Frames.FromPeer(async (link, frame) =>
        {
            if (Frames.Type(frame) == "MESSAGE")
                await link.ToPeerAsync($$"""{"type":"PEER_OFFLINE","channelId":"{{Frames.Channel(frame)}}"}""");
            return [frame];
        })),
        ("routing.nothing-queued", new()
        {
            FromPeer = (link, frame) =>
            {
                if (link.IsClient && Frames.Type(frame) == "MESSAGE" && !link.Others.Any())
                    link.Proxy.Memory["queued"] = frame;
                return Task.FromResult<IReadOnlyList<WireFrame>>([frame]);
            },
            FromService = (link, frame) => Task.FromResult<IReadOnlyList<WireFrame>>(
                link.IsDevice && Frames.Type(frame) == Connected && link.Proxy.Memory.TryRemove("queued", out var queued) ? [frame, (WireFrame)queued] : [frame]),
        }),
        ("routing.channels-outlive-device", new()
        {
            FromPeer = (link, frame) => Task.FromResult<IReadOnlyList<WireFrame>>(link.IsDevice && link.OpenedBefore > 0 && Frames.Type(frame) == "ERROR" ? [] : [frame]),
        }),
    ];
}
