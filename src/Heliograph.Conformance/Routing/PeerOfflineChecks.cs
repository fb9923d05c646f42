using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Routing;

/// <summary>PEER_OFFLINE, and what is not handed over.</summary>
internal static class PeerOfflineChecks
{
    private const int Several = 20;

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "routing.peer-offline.message",
            "PEER_OFFLINE: service → the sender of a MESSAGE that could not be handed to the other peer's connection.",
            "The sender believes that its message arrived, and waits for an answer for ever.",
            s => AbsentAsync(s, WireSocket.MessageText("ID", "1"))),
        new(
            "routing.peer-offline.error",
            "PEER_OFFLINE: service → the sender of an ERROR that could not be handed to the other peer's connection.",
            "The sender believes that the other side knows.",
            s => AbsentAsync(s, WireSocket.ErrorText("ID", "CHANNEL_CLOSED"))),
        new(
            "routing.peer-offline.after-cut",
            "PEER_OFFLINE: to the sender of what could not be handed to the other peer's connection. (The peer's machine has crashed.)",
            "A message that is silently lost stalls its channel for good.",
            AfterCutAsync),
        new(
            "routing.peer-offline.not-when-delivered",
            "PEER_OFFLINE: to the sender of what could not be handed to the other peer's connection.",
            "Apps show a camera as offline that is there.",
            NotWhenDeliveredAsync),
        new(
            "routing.nothing-queued",
            "Nothing is queued for an absent peer: the reliability layer above resends.",
            "What was queued arrives besides what is sent again: not every SDK drops duplicates.",
            NothingQueuedAsync),
        new(
            "routing.channels-outlive-device",
            "Channels belong to the device's identity, not to its connection: after a device restarts, its answer to an old channel (CHANNEL_NOT_FOUND) must reach that client.",
            "After a camera restarts, every viewer that was connected shows a frozen picture for ever.",
            ChannelsOutliveDeviceAsync),
    ];

    private static async Task AbsentAsync(Scene scene, string frame)
    {
        // Never there, and there no more.
        var client = await scene.OpenClientAsync();
        await client.Socket.SendTextAsync(frame.Replace("ID", client.ChannelId, StringComparison.Ordinal));
        await client.Socket.NextAsync("PEER_OFFLINE", client.ChannelId);

        var device = await scene.OpenDeviceAsync();
        await client.Socket.NextAsync("PEER_CONNECTED", client.ChannelId);
        await device.CloseAsync();
        await scene.DeviceOfflineAsync();
        await client.Socket.SendTextAsync(frame.Replace("ID", client.ChannelId, StringComparison.Ordinal));
        await client.Socket.NextAsync("PEER_OFFLINE", client.ChannelId);
        await client.Socket.CloseAsync();

        var never = await scene.ClientUrlAsync();
        device = await scene.OpenDeviceAsync();
        await device.SendTextAsync(frame.Replace("ID", never.ChannelId, StringComparison.Ordinal));
        await device.NextAsync("PEER_OFFLINE", never.ChannelId);
    }

    private static async Task AfterCutAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        await pair.RelayAsync();
        pair.Client.Cut();
        // Before the service notices, it may still hand messages to the connection.
        await scene.EventuallyAsync("PEER_OFFLINE once the client's connection is gone", async () =>
        {
            await pair.Device.SendMessageAsync(pair.ChannelId, "1");
            return (await pair.Device.DrainAsync()).Any(x => x.Type == "PEER_OFFLINE") ? null : "nothing";
        });
    }

    private static async Task NotWhenDeliveredAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        for (var i = 0; i < Several; i++)
            await pair.RelayAsync();
        Expect.None(await pair.Client.DrainAsync(), "nothing to the client, since all it sent has arrived");
        Expect.None(await pair.Device.DrainAsync(), "nothing to the device, since all it sent has arrived");
    }

    private static async Task NothingQueuedAsync(Scene scene)
    {
        var client = await scene.OpenClientAsync();
        await client.Socket.SendMessageAsync(client.ChannelId, "\"too early\"");
        await client.Socket.DrainAsync();
        var device = await scene.OpenAsync(await scene.DeviceUrlAsync());
        await device.NextAsync("PEER_CONNECTED", client.ChannelId);
        Expect.None(await device.DrainAsync(), "nothing that was sent before the device connected");

        await client.Socket.CloseAsync();
        await scene.EventuallyAsync("PEER_OFFLINE after the client has closed", async () =>
        {
            await device.SendMessageAsync(client.ChannelId, "\"too late\"");
            return (await device.DrainAsync()).Any(x => x.Type == "PEER_OFFLINE") ? null : "nothing";
        });
        var again = await scene.OpenAsync(client.Url);
        Expect.None(await again.DrainAsync(), "nothing that was sent while the client was away");
    }

    private static async Task ChannelsOutliveDeviceAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        await pair.RelayAsync();
        await pair.Device.CloseAsync();
        await scene.DeviceOfflineAsync();

        var device = await scene.OpenAsync(await scene.DeviceUrlAsync());
        await device.NextAsync("PEER_CONNECTED", pair.ChannelId);
        await pair.Client.NextAsync("PEER_CONNECTED", pair.ChannelId);
        await pair.Client.SendMessageAsync(pair.ChannelId, "\"of old\"");
        await device.NextAsync("MESSAGE", pair.ChannelId);
        await device.SendErrorAsync(pair.ChannelId, "CHANNEL_NOT_FOUND");
        var error = await pair.Client.NextAsync("ERROR", pair.ChannelId);
        Expect.That(error.Error("code") == "CHANNEL_NOT_FOUND", "CHANNEL_NOT_FOUND on the old channel", error);
    }
}
