namespace Heliograph.Conformance.SignalingUrl;

/// <summary>Signaling URLs that are used as they are meant to be.</summary>
internal static class UrlChecks
{
    private const int Times = 10;

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "url.opens-as-it-is",
            "wss://… (or ws://), carrying everything the WebSocket needs: SDKs open it as it is, with no header of their own.",
            "Browsers can't send a header with a WebSocket: what needs one is closed to them.",
            OpensAsItIsAsync),
        new(
            "url.works-at-once",
            "A client whose very first WebSocket handshake fails gives up for good, so a URL that was handed out works at once, on every node.",
            "Now and then a viewer fails for no reason that anybody finds.",
            WorksAtOnceAsync),
        new(
            "url.client-reuse",
            "A client reuses its URL for every reconnect of the channel, and keeps its channel ID through it.",
            "After every change from Wi-Fi to mobile the picture is gone until the app is started anew.",
            ClientReuseAsync),
        new(
            "url.client-keeps-authorization",
            "A client reuses its URL for every reconnect of the channel, and keeps its authorization through it.",
            "A viewer that was let in is refused after a reconnect; or worse, one that was not is let in.",
            ClientKeepsAuthorizationAsync),
    ];

    private static async Task OpensAsItIsAsync(Scene scene)
    {
        await scene.OpenAsync(await scene.DeviceUrlAsync());
        await scene.OpenAsync((await scene.ClientUrlAsync()).Url);
        await scene.OpenAsync((await scene.ClientUrlAsync(scene.ClientToken())).Url);
    }

    private static async Task WorksAtOnceAsync(Scene scene)
    {
        for (var i = 0; i < Times; i++)
        {
            var (answer, socket) = await scene.HandshakeAsync((await scene.ClientUrlAsync()).Url);
            Expect.That(answer.Status == 101, "101 for the first handshake of a URL that has just been handed out", $"{answer} at try {i + 1}");
            await socket!.CloseAsync();
        }
    }

    private static async Task ClientReuseAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        for (var i = 0; i < 3; i++)
        {
            await pair.Client.CloseAsync();
            pair = pair with { Client = await scene.OpenAsync(pair.ClientUrl) };
            await pair.Device.NextAsync("PEER_CONNECTED", pair.ChannelId);
            await pair.RelayAsync();
        }
    }

    private static async Task ClientKeepsAuthorizationAsync(Scene scene)
    {
        var device = await scene.OpenDeviceAsync();
        foreach (var token in (string?[])[scene.ClientToken(), null])
        {
            var client = await scene.OpenClientAsync(token);
            await device.NextAsync("PEER_CONNECTED", client.ChannelId);
            await client.Socket.CloseAsync();
            var pair = new Pair(device, await scene.OpenAsync(client.Url), client.ChannelId, client.Url);
            await device.NextAsync("PEER_CONNECTED", client.ChannelId);
            var message = await pair.RelayToDeviceAsync("1");
            Expect.That(message.Authorized == token is not null, $"authorized {(token is null ? "false" : "true")} after a reconnect, as before", message);
        }
    }
}
