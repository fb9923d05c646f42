using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Routing;

/// <summary>What a frame is, and MESSAGE.</summary>
internal static class MessageChecks
{
    public static IEnumerable<Check> All { get; } =
    [
        new(
            "routing.frames.text-json",
            "WebSocket text frames, one JSON object each.",
            "SDKs read texts alone: what comes as binary, or two to a frame, is lost.",
            TextJsonAsync),
        new(
            "routing.frames.no-nulls",
            "No field is ever null.",
            "Typed SDKs stop at a null.",
            NoNullsAsync),
        new(
            "routing.frames.channel-id",
            "channelId is on everything but PING and PONG.",
            "A device has many channels: it can't tell whose a frame is.",
            ChannelIdAsync),
        new(
            "routing.message.relayed",
            "MESSAGE: channelId, message (any JSON), authorized?: peer → service → other peer.",
            "Nothing works without it.",
            RelayedAsync),
        new(
            "routing.message.any-json",
            "message (any JSON).",
            "Applications send what they like; the service is not to judge it.",
            AnyJsonAsync),
        new(
            "routing.message.byte-for-byte",
            "It never looks inside a relayed message, and passes it on byte for byte.",
            "Signatures are over bytes: a number that is written anew, or a key that is dropped, breaks them.",
            ByteForByteAsync),
        new(
            "routing.message.needs-message",
            "A MESSAGE is relayed only if it has message.",
            "SDKs read the field without a look whether it is there.",
            NeedsMessageAsync),
    ];

    private static async Task TextJsonAsync(Scene scene)
    {
        var device = await scene.OpenAsync(await scene.DeviceUrlAsync());
        var client = await scene.OpenAsync((await scene.ClientUrlAsync()).Url);
        var connected = await ReadAsync(device, "PEER_CONNECTED");
        var channel = connected.ChannelId!;
        await client.SendMessageAsync(channel, "1");
        await client.SendMessageAsync(channel, "2");
        await ReadAsync(device, "MESSAGE");
        await ReadAsync(device, "MESSAGE");
        await client.SendErrorAsync(channel, "SOME_CODE");
        await ReadAsync(device, "ERROR");
        await client.SendTextAsync(WireSocket.PingText);
        await ReadAsync(client, "PONG");
        await client.SendMessageAsync("no-such-channel", "1");
        await ReadAsync(client, "PEER_OFFLINE");

        static async Task<Routed> ReadAsync(WireSocket socket, string type)
        {
            var frame = await socket.NextFrameAsync(type);
            while (frame?.Opcode == WireFrame.Ping)
                frame = await socket.NextFrameAsync(type);
            Expect.That(frame is { Opcode: WireFrame.Text, IsFinal: true, IsMasked: false }, $"{type} in a text frame, whole and not masked", frame is null ? "the end" : $"opcode {frame.Opcode}");
            var routed = new Routed(frame!.PayloadText);
            Expect.That(routed.Type == type, $"{type} as one JSON object", routed);
            return routed;
        }
    }

    private static async Task NoNullsAsync(Scene scene)
    {
        foreach (var frame in await OneOfEachAsync(scene))
            Expect.That(!frame.HasNull, "no field that is null", $"{frame} with one");
    }

    private static async Task ChannelIdAsync(Scene scene)
    {
        foreach (var frame in await OneOfEachAsync(scene))
            Expect.That(frame.Type == "PONG" || !string.IsNullOrEmpty(frame.ChannelId), "channelId on everything but PING and PONG", $"{frame} without it");
    }

    private static async Task RelayedAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        await pair.RelayAsync();
        var authorized = await scene.OpenClientAsync(scene.ClientToken());
        await pair.Device.NextAsync("PEER_CONNECTED", authorized.ChannelId);
        await new Pair(pair.Device, authorized.Socket, authorized.ChannelId, authorized.Url).RelayAsync();
        await pair.RelayAsync();
    }

    private static async Task AnyJsonAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var message in (string[])["\"text\"", "1", "-0.5e3", "true", "false", "{}", "[]", "\"\"", "0", "[null]", "{\"type\":\"DATA\",\"seq\":0,\"data\":{}}"])
        {
            await pair.RelayToDeviceAsync(message);
            await pair.RelayToClientAsync(message);
        }
    }

    private static async Task ByteForByteAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var message in (string[])
            ["{ \"a\" :1 ,\n\t\"a\":\"\\u0041\\/\" , \"z\":null}", "[1.0,10e-1,1E2,12345678901234567890123,-0]", "\"\\ud83d\\ude00 and 😀 <b>&'+ é\"", "{\"authorized\":true,\"channelId\":\"x\",\"type\":\"PING\"}"])
        {
            await pair.RelayToDeviceAsync(message);
            await pair.RelayToClientAsync(message);
        }
    }

    private static async Task NeedsMessageAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var (from, to) in ((WireSocket, WireSocket)[])[(pair.Client, pair.Device), (pair.Device, pair.Client)])
        {
            await from.SendTextAsync($$"""{"type":"MESSAGE","channelId":"{{pair.ChannelId}}"}""");
            await from.SendTextAsync($$"""{"type":"MESSAGE","channelId":"{{pair.ChannelId}}","data":1}""");
            await from.SendMessageAsync(pair.ChannelId, "\"behind\"");
            var next = await to.NextAsync("the MESSAGE that has message");
            Expect.That(next.Message == "\"behind\"", "nothing of a MESSAGE without message", next);
        }
    }

    /// <summary>Frames of every type that the service sends.</summary>
    private static async Task<IReadOnlyList<Routed>> OneOfEachAsync(Scene scene)
    {
        var frames = new List<Routed>();
        var client = await scene.OpenClientAsync();
        var device = await scene.OpenAsync(await scene.DeviceUrlAsync());
        frames.Add(await client.Socket.NextAsync("PEER_CONNECTED"));
        frames.Add(await device.NextAsync("PEER_CONNECTED"));
        foreach (var (from, to) in ((WireSocket, WireSocket)[])[(client.Socket, device), (device, client.Socket)])
        {
            await from.SendMessageAsync(client.ChannelId, "1");
            frames.Add(await to.NextAsync("MESSAGE"));
            await from.SendErrorAsync(client.ChannelId, "SOME_CODE");
            frames.Add(await to.NextAsync("ERROR"));
            await from.SendTextAsync($$$"""{"type":"ERROR","channelId":"{{{client.ChannelId}}}","error":{"code":"SOME_CODE","message":null}}""");
            frames.Add(await to.NextAsync("ERROR"));
            await from.SendMessageAsync("no-such-channel", "1");
            frames.Add(await from.NextAsync("PEER_OFFLINE"));
            await from.SendTextAsync(WireSocket.PingText);
            frames.Add(await from.NextAsync("PONG"));
        }

        return frames;
    }
}
