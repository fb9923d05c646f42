using Heliograph.Conformance.Tokens;
using Heliograph.Protocol;

namespace Heliograph.Conformance.SignalingUrl;

/// <summary>How long signaling URLs live.</summary>
internal static class UrlLifeChecks
{
    private static readonly TimeSpan WithinTheMinute = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan RestOfTheMinute = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan LongerThanDevices = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan ShortToken = TimeSpan.FromSeconds(6);

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "url.device-lives-a-minute",
            "A device asks for a new one for every connection, so its URL lives for a minute.",
            "A URL that was seen in a log or on a screen would let its finder take the device's place; one that dies sooner fails on slow networks.",
            DeviceLivesAMinuteAsync) { Kind = CheckKind.Slow },
        new(
            "url.client-lives-on",
            "A client reuses its URL for every reconnect of the channel, hours later too; so it lives for a day by default. (Looked at after four minutes.)",
            "A phone that slept for a while can't come back to the channel it had.",
            ClientLivesOnAsync) { Kind = CheckKind.Slow },
        new(
            "url.client-not-past-exp",
            "An authorized one lives never past its token's exp.",
            "A guest who was let in for an hour could come back all day.",
            ClientNotPastExpAsync),
        new(
            "url.outlives-restart",
            "It outlives a restart of the service.",
            "Every viewer that is connected fails for good at every update of the service.",
            OutlivesRestartAsync) { Kind = CheckKind.Restart },
        new(
            "url.dies-with-its-key",
            "A removed key stops working at once: a URL dies early when the key that signed the token is removed.",
            "A key is removed because it was stolen: the thief goes on with the URLs that it got.",
            DiesWithItsKeyAsync),
    ];

    private static async Task DeviceLivesAMinuteAsync(Scene scene)
    {
        var (used, unused) = (await scene.DeviceUrlAsync(), await scene.DeviceUrlAsync());
        await scene.WaitAsync(WithinTheMinute);
        await (await scene.OpenAsync(used)).CloseAsync();
        await scene.WaitAsync(RestOfTheMinute);
        await scene.RefusedAsync(unused, "a device's URL of a minute and a half ago");
    }

    private static async Task ClientLivesOnAsync(Scene scene)
    {
        var open = await scene.ClientUrlAsync();
        var authorized = await scene.ClientUrlAsync(scene.ClientToken());
        await scene.WaitAsync(LongerThanDevices);
        await scene.OpenAsync(open.Url);
        await scene.OpenAsync(authorized.Url);
    }

    private static async Task ClientNotPastExpAsync(Scene scene)
    {
        var end = scene.Now + ShortToken;
        var url = (await scene.ClientUrlAsync(scene.ClientToken(x => x.Claims["exp"] = end.ToUnixTimeSeconds()))).Url;
        await (await scene.OpenAsync(url)).CloseAsync();
        // A second for the part of one that exp does not tell, and as much as the Date header may be off.
        await scene.WaitAsync(end - scene.Now + TimeSpan.FromSeconds(3));
        await scene.RefusedAsync(url, "an authorized URL after its token's exp");
    }

    private static async Task OutlivesRestartAsync(Scene scene)
    {
        var urls = new[] { await scene.ClientUrlAsync(), await scene.ClientUrlAsync(scene.ClientToken()) };
        var witness = await scene.OpenAsync(urls[0].Url, patience: Scene.RestartTime);
        await scene.RestartAsync(witness);
        foreach (var url in urls)
        {
            var (answer, socket) = await scene.HandshakeAsync(url.Url);
            Expect.That(answer.Status == 101, "101 for a client's URL from before the restart", answer);
            await socket!.DrainAsync();
        }
    }

    private static Task DiesWithItsKeyAsync(Scene scene) => TokenKeyChecks.WithSecondKeyAsync(scene, async second =>
    {
        var url = await scene.RequireAsync(scene.CallOf(Scene.DeviceConnect, scene.DeviceToken(x => TokenKeyChecks.Sign(x, second, KeyOwner.Device))));
        await scene.DeviceKeys.RemoveAsync(scene.Device.Address, TokenDraft.IdOf(second, KeyOwner.Device), scene.CancellationToken);
        await scene.RefusedAsync(new(url.Text("signalingUrl")!), "the URL of a key that has been removed");
    });
}
