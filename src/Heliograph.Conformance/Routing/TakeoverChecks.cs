using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Routing;

/// <summary>One connection per device and one per channel.</summary>
internal static class TakeoverChecks
{
    private const int Several = 20;

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "routing.takeover.older-closed",
            "One connection per device and one per channel: a newer one takes over, and the older is closed.",
            "Two connections of one device share its messages between them.",
            OlderClosedAsync),
        new(
            "routing.takeover.nothing-to-older",
            "Nothing sent after the newer one's opening reaches the older.",
            "It goes to a socket that is dead already (SDKs drop them without closing them), and is lost.",
            NothingToOlderAsync),
        new(
            "routing.takeover.late-close",
            "The older's late close does not touch the newer (SDKs drop a dead socket without closing it).",
            "The device seems offline although it has just come back.",
            LateCloseAsync),
    ];

    private static async Task OlderClosedAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        await scene.OpenAsync(pair.ClientUrl);
        await ClosedAsync(pair.Client, "the older connection of the channel to be closed by a close frame");
        await scene.OpenAsync(await scene.DeviceUrlAsync());
        await ClosedAsync(pair.Device, "the older connection of the device to be closed by a close frame");
    }

    private static async Task ClosedAsync(WireSocket older, string expected)
    {
        var (close, _) = await older.ReadToEndAsync(expected);
        Expect.That(close is not null, expected, "a bare cut");
    }

    private static async Task NothingToOlderAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        var device = await scene.OpenAsync(await scene.DeviceUrlAsync());
        await device.NextAsync("PEER_CONNECTED", pair.ChannelId);
        await pair.Client.NextAsync("PEER_CONNECTED", pair.ChannelId);
        await NoneToOlderAsync(pair.Client, pair.Device, device, pair.ChannelId);

        var client = await scene.OpenAsync(pair.ClientUrl);
        await device.NextAsync("PEER_CONNECTED", pair.ChannelId);
        await NoneToOlderAsync(device, pair.Client, client, pair.ChannelId);
    }

    private static async Task NoneToOlderAsync(WireSocket sender, WireSocket older, WireSocket newer, string channelId)
    {
        for (var i = 0; i < Several; i++)
            await sender.SendMessageAsync(channelId, "1");
        for (var i = 0; i < Several; i++)
            await newer.NextAsync("MESSAGE", channelId);
        var (_, before) = await older.ReadToEndAsync("the older connection to be closed");
        Expect.None(before.Where(x => x.Type == "MESSAGE"), "no MESSAGE to the older connection");
    }

    private static async Task LateCloseAsync(Scene scene)
    {
        // The older ones neither read nor answer, and go when the newer ones are long there.
        var pair = await scene.OpenPairAsync();
        var device = await scene.OpenAsync(await scene.DeviceUrlAsync());
        await device.NextAsync("PEER_CONNECTED", pair.ChannelId);
        await pair.Client.NextAsync("PEER_CONNECTED", pair.ChannelId);
        var client = await scene.OpenAsync(pair.ClientUrl);
        await device.NextAsync("PEER_CONNECTED", pair.ChannelId);
        var newer = pair with { Device = device, Client = client };
        await newer.RelayAsync();

        await CloseOlderAsync(pair.Device);
        await newer.RelayAsync();
        await CloseOlderAsync(pair.Client);
        await newer.RelayAsync();
        var answer = await scene.RequireAsync(scene.CallOf(Scene.ClientConnect));
        Expect.That(answer.Json!.Value.GetProperty("deviceOnline").ValueKind == System.Text.Json.JsonValueKind.True, "deviceOnline true, since the newer connection is there", "false");
    }

    private static async Task CloseOlderAsync(WireSocket older)
    {
        try
        {
            await older.SendAsync(WireFrame.OfClose(1000));
            // The service has seen the close once it ends the connection.
            await older.ReadToEndAsync("the older connection to be closed");
        }
        catch (IOException)
        {
            // The service has cut it already.
        }
    }
}
