using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Routing;

/// <summary>ERROR between peers.</summary>
internal static class ErrorFrameChecks
{
    public static IEnumerable<Check> All { get; } =
    [
        new(
            "routing.error.relayed",
            "ERROR: channelId, error: {code, message?}: peer → service → other peer. Applications add codes of their own.",
            "A peer whose error does not arrive leaves the other waiting for ever.",
            RelayedAsync),
        new(
            "routing.error.without-message",
            "ERROR: error: {code, message?}. No field is ever null.",
            "The message may be missing; a null in its place stops typed SDKs.",
            WithoutMessageAsync),
        new(
            "routing.error.ends-no-connection",
            "ERROR ends the channel between the peers, not the connection.",
            "A device would lose all its viewers at the error of one.",
            EndsNoConnectionAsync),
        new(
            "routing.error.as-message",
            "One SDK sends its errors as a MESSAGE with error instead: relay that as an ERROR.",
            "That SDK's errors are lost, and the other side waits for ever.",
            s => OtherFormAsync(s, "a MESSAGE with error", """{"type":"MESSAGE","channelId":"ID","error":{"code":"SOME_CODE","message":"from a check"}}""")),
        new(
            "routing.error.flat",
            "An ERROR with flat errorCode and errorMessage comes out as a proper ERROR: some SDKs write them.",
            "These SDKs' errors are lost, and the other side waits for ever.",
            s => OtherFormAsync(s, "a flat ERROR", """{"type":"ERROR","channelId":"ID","errorCode":"SOME_CODE","errorMessage":"from a check"}""")),
        new(
            "routing.error.before-close",
            "An ERROR that is followed at once by the sender's close still arrives.",
            "SDKs send the error and leave: it would never be seen, and unlike a message it is not sent again.",
            BeforeCloseAsync),
    ];

    private static async Task RelayedAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var (from, to) in Ways(pair))
        {
            foreach (var code in (string[])["CHANNEL_CLOSED", "CHANNEL_NOT_FOUND", "AN_APPLICATIONS_OWN"])
            {
                await from.SendErrorAsync(pair.ChannelId, code);
                ExpectError(await to.NextAsync("ERROR", pair.ChannelId), code);
            }
        }
    }

    private static async Task WithoutMessageAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var (from, to) in Ways(pair))
        {
            foreach (var rest in (string[])["", ",\"message\":null"])
            {
                await from.SendTextAsync($$$"""{"type":"ERROR","channelId":"{{{pair.ChannelId}}}","error":{"code":"SOME_CODE"{{{rest}}}}}""");
                var error = await to.NextAsync("ERROR", pair.ChannelId);
                Expect.That(error.Error("code") == "SOME_CODE", "the error's code", error);
                Expect.That(error.Field("error")!.Value.TryGetProperty("message", out _) is false || error.Error("message") is not null, "no message that is null", "one");
            }
        }
    }

    private static async Task EndsNoConnectionAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        var other = await scene.OpenClientAsync();
        await pair.Device.NextAsync("PEER_CONNECTED", other.ChannelId);
        foreach (var (from, to) in Ways(pair))
        {
            await from.SendErrorAsync(pair.ChannelId, "CHANNEL_CLOSED");
            await to.NextAsync("ERROR", pair.ChannelId);
        }

        Expect.None(await pair.Device.DrainAsync(), "nothing more to the device after an ERROR");
        Expect.None(await pair.Client.DrainAsync(), "nothing more to the client after an ERROR");
        await new Pair(pair.Device, other.Socket, other.ChannelId, other.Url).RelayAsync();
    }

    private static async Task OtherFormAsync(Scene scene, string what, string form)
    {
        var pair = await scene.OpenPairAsync();
        foreach (var (from, to) in Ways(pair))
        {
            await from.SendTextAsync(form.Replace("ID", pair.ChannelId, StringComparison.Ordinal));
            var error = await to.NextAsync($"ERROR, from {what}");
            Expect.That(error.Type == "ERROR" && error.ChannelId == pair.ChannelId, $"an ERROR of the channel, from {what}", error);
            ExpectError(error, "SOME_CODE");
        }
    }

    private static async Task BeforeCloseAsync(Scene scene)
    {
        foreach (var fromDevice in (bool[])[true, false])
        {
            var pair = await scene.OpenPairAsync();
            var (from, to) = fromDevice ? (pair.Device, pair.Client) : (pair.Client, pair.Device);
            await from.SendAsync(WireFrame.OfText(WireSocket.ErrorText(pair.ChannelId, "CHANNEL_CLOSED")), WireFrame.OfClose(1000));
            ExpectError(await to.NextAsync("ERROR", pair.ChannelId), "CHANNEL_CLOSED");
            await pair.Client.CloseAsync();
            await pair.Device.CloseAsync();
            await scene.DeviceOfflineAsync();
        }
    }

    private static void ExpectError(Routed frame, string code)
    {
        Expect.That(frame.Error("code") == code, "the error's code as it was sent", frame);
        Expect.That(frame.Error("message") == "from a check", "the error's message as it was sent", frame.Error("message") is null ? "none" : "another one");
    }

    private static (WireSocket From, WireSocket To)[] Ways(Pair pair) => [(pair.Client, pair.Device), (pair.Device, pair.Client)];
}
