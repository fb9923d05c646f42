namespace Heliograph.Conformance.Routing;

/// <summary>PEER_CONNECTED.</summary>
internal static class PeerConnectedChecks
{
    private const int Clients = 3;

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "routing.peer-connected.device-opens",
            "PEER_CONNECTED: service → client when its device's connection opens.",
            "The client never sends again what the device has not got: it waits for ever.",
            DeviceOpensAsync),
        new(
            "routing.peer-connected.client-opens",
            "PEER_CONNECTED: service → device when a client's connection on that channel opens.",
            "The device never sends again what the client has not got: it waits for ever.",
            ClientOpensAsync),
        new(
            "routing.peer-connected.reconnects",
            "PEER_CONNECTED: each reconnect included.",
            "What was sent while the peer was away stays lost.",
            ReconnectsAsync),
        new(
            "routing.peer-connected.device-takes-over",
            "PEER_CONNECTED: a takeover of a stale connection too.",
            "A device that lost its network comes back before the service has noticed: what was sent meanwhile stays lost.",
            DeviceTakesOverAsync),
        new(
            "routing.peer-connected.client-takes-over",
            "PEER_CONNECTED: a takeover of a stale connection too.",
            "A client that lost its network comes back before the service has noticed: what was sent meanwhile stays lost.",
            ClientTakesOverAsync),
        new(
            "routing.peer-connected.device-told-of-all",
            "A device whose connection opens is told of every channel whose client is connected: some SDKs resend on this alone.",
            "A device that reconnects forgets all viewers who are waiting for it.",
            DeviceToldOfAllAsync),
        new(
            "routing.peer-connected.reachable",
            "PEER_CONNECTED: Sent only once the peer can be reached.",
            "SDKs send at once, and never again: what is sent too early is lost.",
            ReachableAsync),
        new(
            "routing.peer-connected.not-otherwise",
            "PEER_CONNECTED: to the client when its device's connection opens, to the device when a client's does; at no other time.",
            "Each makes SDKs send everything again that is not acknowledged.",
            NotOtherwiseAsync),
    ];

    private static async Task DeviceOpensAsync(Scene scene)
    {
        var (first, second) = (await scene.OpenClientAsync(), await scene.OpenClientAsync());
        await scene.OpenAsync(await scene.DeviceUrlAsync());
        await first.Socket.NextAsync("PEER_CONNECTED", first.ChannelId);
        await second.Socket.NextAsync("PEER_CONNECTED", second.ChannelId);
    }

    private static async Task ClientOpensAsync(Scene scene)
    {
        var device = await scene.OpenDeviceAsync();
        foreach (var token in (string?[])[null, scene.ClientToken()])
        {
            var client = await scene.OpenClientAsync(token);
            await device.NextAsync("PEER_CONNECTED", client.ChannelId);
        }
    }

    private static async Task ReconnectsAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        await pair.Client.CloseAsync();
        var client = await scene.OpenAsync(pair.ClientUrl);
        await pair.Device.NextAsync("PEER_CONNECTED", pair.ChannelId);

        await pair.Device.CloseAsync();
        await scene.DeviceOfflineAsync();
        await scene.OpenAsync(await scene.DeviceUrlAsync());
        await client.NextAsync("PEER_CONNECTED", pair.ChannelId);
    }

    private static async Task DeviceTakesOverAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        var newer = await scene.OpenAsync(await scene.DeviceUrlAsync());
        await pair.Client.NextAsync("PEER_CONNECTED", pair.ChannelId);
        await newer.NextAsync("PEER_CONNECTED", pair.ChannelId);
    }

    private static async Task ClientTakesOverAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        await scene.OpenAsync(pair.ClientUrl);
        await pair.Device.NextAsync("PEER_CONNECTED", pair.ChannelId);
    }

    private static async Task DeviceToldOfAllAsync(Scene scene)
    {
        var channels = new List<string>();
        for (var i = 0; i < Clients; i++)
            channels.Add((await scene.OpenClientAsync()).ChannelId);
        // And one that has left.
        await (await scene.OpenClientAsync()).Socket.CloseAsync();

        var device = await scene.OpenAsync(await scene.DeviceUrlAsync());
        var told = new List<string?>();
        while (told.Count < Clients)
        {
            var next = await device.NextAsync($"PEER_CONNECTED for each of {Clients} clients");
            Expect.That(next.Type == "PEER_CONNECTED", "PEER_CONNECTED", next);
            told.Add(next.ChannelId);
        }

        Expect.That(channels.ToHashSet().SetEquals(told.OfType<string>()), "PEER_CONNECTED once for each channel whose client is connected", "other channels");
    }

    private static async Task ReachableAsync(Scene scene)
    {
        var client = await scene.OpenClientAsync();
        var device = await scene.OpenAsync(await scene.DeviceUrlAsync());
        await client.Socket.NextAsync("PEER_CONNECTED", client.ChannelId);
        await client.Socket.SendMessageAsync(client.ChannelId, "\"at once\"");
        await device.NextAsync("PEER_CONNECTED", client.ChannelId);
        await device.NextAsync("MESSAGE", client.ChannelId);

        var url = await scene.ClientUrlAsync();
        var opening = scene.OpenAsync(url.Url);
        await device.NextAsync("PEER_CONNECTED", url.ChannelId);
        await device.SendMessageAsync(url.ChannelId, "\"at once\"");
        await (await opening).NextAsync("MESSAGE", url.ChannelId);
        Expect.None(await device.DrainAsync(), "no PEER_OFFLINE for what was sent at PEER_CONNECTED");
        Expect.None(await client.Socket.DrainAsync(), "no PEER_OFFLINE for what was sent at PEER_CONNECTED");
    }

    private static async Task NotOtherwiseAsync(Scene scene)
    {
        var device = await scene.OpenDeviceAsync();
        var client = await scene.OpenAsync((await scene.ClientUrlAsync()).Url);
        Expect.None(await client.DrainAsync(), "nothing to a client whose device was there first");
        await device.DrainAsync();
        var other = await scene.OpenClientAsync();
        Expect.None(await client.DrainAsync(), "nothing to a client when another one connects");
        await device.NextAsync("PEER_CONNECTED", other.ChannelId);
        await other.Socket.CloseAsync();
        Expect.None((await device.DrainAsync()).Where(x => x.Type == "PEER_CONNECTED"), "no PEER_CONNECTED when a client leaves");
    }
}
