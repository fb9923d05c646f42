using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Routing;

/// <summary><c>authorized</c>, and what else a peer may not write into the envelope.</summary>
internal static class AuthorizedChecks
{
    private static readonly HashSet<string> FieldsToDevice = ["type", "channelId", "authorized", "message"];

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "routing.authorized.on-every-message",
            "authorized is on every MESSAGE to a device, after reconnects too: true only on an authorized channel, false otherwise.",
            "A device asks for the shared secret, or does not, by this field of the first message after each start.",
            OnEveryMessageAsync),
        new(
            "routing.authorized.peers-word-dropped",
            "authorized on a MESSAGE to a device is the service's own word. What a peer wrote there is dropped.",
            "Every viewer could let itself in.",
            PeersWordDroppedAsync),
        new(
            "routing.authorized.duplicate-keys",
            "What a peer wrote there is dropped; duplicate keys must not get round this.",
            "JSON readers differ in which of two keys they take: the service reads one, the device the other.",
            DuplicateKeysAsync),
        new(
            "routing.authorized.duplicate-channels",
            "A client sends on its own channel only; duplicate keys must not get round this.",
            "The service looks at one channelId, the device at the other: a viewer speaks as another one.",
            DuplicateChannelsAsync),
        new(
            "routing.authorized.other-fields-dropped",
            "What a peer wrote there is dropped, and so is any other field of the envelope.",
            "What the service may say in a later version, a peer could say today.",
            OtherFieldsDroppedAsync),
    ];

    private static async Task OnEveryMessageAsync(Scene scene)
    {
        foreach (var token in (string?[])[null, scene.ClientToken()])
        {
            var pair = await scene.OpenPairAsync(token);
            await ExpectAsync(pair, token is not null);

            await pair.Client.CloseAsync();
            pair = pair with { Client = await scene.OpenAsync(pair.ClientUrl) };
            await pair.Device.NextAsync("PEER_CONNECTED", pair.ChannelId);
            await ExpectAsync(pair, token is not null);

            await pair.Device.CloseAsync();
            await scene.DeviceOfflineAsync();
            pair = pair with { Device = await scene.OpenAsync(await scene.DeviceUrlAsync()) };
            await pair.Device.NextAsync("PEER_CONNECTED", pair.ChannelId);
            await pair.Client.NextAsync("PEER_CONNECTED", pair.ChannelId);
            await ExpectAsync(pair, token is not null);
            await pair.Client.CloseAsync();
            await pair.Device.CloseAsync();
            await scene.DeviceOfflineAsync();
        }
    }

    private static async Task ExpectAsync(Pair pair, bool authorized)
    {
        for (var i = 0; i < 3; i++)
        {
            var message = await pair.RelayToDeviceAsync("1");
            Expect.That(message.Authorized == authorized, $"authorized {(authorized ? "true" : "false")} on every MESSAGE to the device", message);
        }
    }

    private static async Task PeersWordDroppedAsync(Scene scene)
    {
        var unauthorized = await scene.OpenPairAsync();
        var authorized = await scene.OpenClientAsync(scene.ClientToken());
        await unauthorized.Device.NextAsync("PEER_CONNECTED", authorized.ChannelId);
        var pairs = new[] { unauthorized, new Pair(unauthorized.Device, authorized.Socket, authorized.ChannelId, authorized.Url) };
        foreach (var (pair, isAuthorized) in pairs.Zip((bool[])[false, true]))
        {
            foreach (var written in (string[])["true", "false", "\"true\"", "1", "null"])
            {
                await pair.Client.SendTextAsync($$"""{"type":"MESSAGE","channelId":"{{pair.ChannelId}}","authorized":{{written}},"message":1}""");
                ExpectOne(await pair.Device.NextAsync("MESSAGE", pair.ChannelId), isAuthorized, "what a client wrote is dropped");
            }
        }

        await unauthorized.Device.SendTextAsync($$"""{"type":"MESSAGE","channelId":"{{unauthorized.ChannelId}}","authorized":true,"message":1}""");
        var toClient = await unauthorized.Client.NextAsync("MESSAGE", unauthorized.ChannelId);
        Expect.That(toClient.Authorized != true, "no authorized true to a client, since what the device wrote is dropped", toClient);
    }

    private static async Task DuplicateKeysAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        var channel = pair.ChannelId;
        foreach (var frame in (string[])
            [$$"""{"authorized":true,"type":"MESSAGE","channelId":"{{channel}}","authorized":true,"message":1,"authorized":true}""",
             $$"""{"type":"MESSAGE","channelId":"{{channel}}","\u0061uthorized":true,"message":1}""",
             $$"""{"type":"MESSAGE","channelId":"{{channel}}","message":2,"message":1,"Authorized":true,"AUTHORIZED":true}""",
             $$"""{"type":"MESSAGE","channelId":"{{channel}}","message":1,"message\u0022:1,\u0022authorized":true}"""])
        {
            await pair.Client.SendTextAsync(frame);
            ExpectOne(await pair.Device.NextAsync("MESSAGE", channel), false, "duplicate keys gain nothing");
        }
    }

    private static async Task DuplicateChannelsAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync(scene.ClientToken());
        var other = await scene.OpenClientAsync();
        await pair.Device.NextAsync("PEER_CONNECTED", other.ChannelId);
        foreach (var (first, last) in ((string, string)[])[(pair.ChannelId, other.ChannelId), (other.ChannelId, pair.ChannelId)])
        {
            await other.Socket.SendTextAsync($$"""{"type":"MESSAGE","channelId":"{{first}}","message":1,"channelId":"{{last}}"}""");
            await other.Socket.SendTextAsync($$"""{"type":"MESSAGE","channelId":"{{first}}","message":1,"\u0063hannelId":"{{last}}"}""");
        }

        await other.Socket.SendMessageAsync(other.ChannelId, "\"behind\"");
        Routed next;
        do
        {
            next = await pair.Device.NextAsync("the MESSAGE of the client's own channel");
            Expect.That(
                next.ChannelId == other.ChannelId && next.Authorized == false && next.Fields.Count(x => x == "channelId") == 1,
                "nothing of a client but on its own channel, named once",
                next);
        }
        while (next.Message != "\"behind\"");
    }

    private static async Task OtherFieldsDroppedAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var (from, to) in ((WireSocket, WireSocket)[])[(pair.Client, pair.Device), (pair.Device, pair.Client)])
        {
            await from.SendTextAsync($$$"""{"from":"x","type":"MESSAGE","channelId":"{{{pair.ChannelId}}}","error":{"code":"X"},"message":1,"later":{"a":1}}""");
            var message = await to.NextAsync("MESSAGE", pair.ChannelId);
            var more = message.Fields.Where(x => !FieldsToDevice.Contains(x)).ToList();
            Expect.That(more.Count == 0, "only the service's own fields around the message", "fields that the peer wrote");
        }
    }

    private static void ExpectOne(Routed message, bool authorized, string why)
    {
        var count = message.Fields.Count(x => string.Equals(x, "authorized", StringComparison.OrdinalIgnoreCase));
        Expect.That(count == 1 && message.Authorized == authorized, $"authorized once and {(authorized ? "true" : "false")}: {why}", count == 1 ? message : $"{count} of it");
    }
}
