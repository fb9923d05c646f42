using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Routing;

/// <summary>Who may send where.</summary>
internal static class OwnChannelChecks
{
    private const string Rule =
        "A client sends on its own channel only, a device on its own device's channels only. What breaks that is not relayed: the sender gets PEER_OFFLINE for that channel ID";

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "routing.own-channel.client",
            $"{Rule}.",
            "A viewer could speak to the camera as another viewer, one that is authorized perhaps, or end its channel.",
            ClientAsync),
        new(
            "routing.own-channel.device",
            $"{Rule}.",
            "Any camera could speak to the viewers of any other.",
            DeviceAsync) { Devices = 2 },
        new(
            "routing.own-channel.tells-nothing",
            $"{Rule}, as for one that does not exist, and learns nothing more.",
            "Whoever can tell whether a channel exists can look for those that do.",
            TellsNothingAsync),
    ];

    private static async Task ClientAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync(scene.ClientToken());
        var other = await scene.OpenClientAsync();
        await pair.Device.NextAsync("PEER_CONNECTED", other.ChannelId);

        await RefusedAsync(other.Socket, pair.ChannelId);
        await other.Socket.SendMessageAsync(other.ChannelId, "\"behind\"");
        var next = await pair.Device.NextAsync("the MESSAGE of the client's own channel");
        Expect.That(next.ChannelId == other.ChannelId, "nothing that a client sent on another client's channel", next);
        Expect.None(await pair.Client.DrainAsync(), "nothing to the client whose channel it is");
    }

    private static async Task DeviceAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        var other = await scene.OpenDeviceAsync(scene.OtherDevice);

        await RefusedAsync(other, pair.ChannelId);
        await pair.Device.SendMessageAsync(pair.ChannelId, "\"behind\"");
        var next = await pair.Client.NextAsync("the MESSAGE of the client's own device");
        Expect.That(next.Message == "\"behind\"", "nothing that another device sent on the channel", next);
        Expect.None(await pair.Device.DrainAsync(), "nothing to the device whose channel it is");
    }

    private static async Task TellsNothingAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        var other = await scene.OpenClientAsync();
        await pair.Device.NextAsync("PEER_CONNECTED", other.ChannelId);

        // As long as a real one, and no real one.
        var invented = new string([.. pair.ChannelId.Reverse()]);
        await other.Socket.SendMessageAsync(pair.ChannelId, "1");
        var real = await other.Socket.NextAsync("PEER_OFFLINE", pair.ChannelId);
        await other.Socket.SendMessageAsync(invented, "1");
        var none = await other.Socket.NextAsync("PEER_OFFLINE", invented);
        Expect.That(
            real.RawText.Replace(pair.ChannelId, "", StringComparison.Ordinal) == none.RawText.Replace(invented, "", StringComparison.Ordinal),
            "the same answer for a channel that is another's as for one that does not exist",
            "different ones");
        Expect.None(await other.Socket.DrainAsync(), "nothing more");
        await pair.Device.DrainAsync();
    }

    private static async Task RefusedAsync(WireSocket sender, string channelId)
    {
        await sender.SendMessageAsync(channelId, "\"not mine\"");
        await sender.NextAsync("PEER_OFFLINE", channelId);
        await sender.SendErrorAsync(channelId, "CHANNEL_CLOSED");
        await sender.NextAsync("PEER_OFFLINE", channelId);
    }
}
