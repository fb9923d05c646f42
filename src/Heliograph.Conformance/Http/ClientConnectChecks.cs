using System.Text.Json;

namespace Heliograph.Conformance.Http;

/// <summary><c>/v1/client/connect</c>.</summary>
internal static class ClientConnectChecks
{
    /// <summary>What 128 random bits need as text at least, in the densest encoding of URLs.</summary>
    private const int LeastChannelId = 22;

    private const int SomeChannels = 8;

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "http.client-connect.answer",
            "/v1/client/connect: Body the same → 200 {\"signalingUrl\",\"deviceOnline\":bool,\"channelId\"}; signalingUrl always absolute.",
            "SDKs read all three; without one of them the client fails for good.",
            AnswerAsync),
        new(
            "http.client-connect.device-online",
            "deviceOnline is always a boolean.",
            "Apps with requireOnline give up, or wait for a camera that is not there; a null stops typed SDKs.",
            DeviceOnlineAsync),
        new(
            "http.client-connect.channel-id",
            "channel ID: opaque, not guessable (128 random bits or more); made by client/connect.",
            "Whoever guesses the ID of another viewer's channel can end it, from the side of a device with the same key.",
            ChannelIdAsync),
        new(
            "http.client-connect.without-token",
            "bearer token optional. Without a token the channel is unauthorized (the shared-secret model: the peers settle it between them).",
            "Apps of the shared-secret model have no token: they can't connect, or are let in without having shown the secret.",
            WithoutTokenAsync),
        new(
            "http.client-connect.with-token",
            "With a valid token it is authorized.",
            "The device refuses a viewer that its vendor has let in.",
            WithTokenAsync),
        new(
            "http.client-connect.invalid-token-fails",
            "With an invalid one the request fails; it never falls back to unauthorized.",
            "An app whose token has expired would get a channel that seems to work, until the camera refuses it for reasons nobody sees.",
            InvalidTokenFailsAsync),
    ];

    private static async Task AnswerAsync(Scene scene)
    {
        foreach (var token in (string?[])[null, scene.ClientToken()])
        {
            var answer = await scene.RequireAsync(scene.CallOf(Scene.ClientConnect, token));
            DeviceConnectChecks.ExpectSignalingUrl(answer);
            Expect.That(!string.IsNullOrEmpty(answer.Text("channelId")), "channelId as a text", "none");
            ExpectOnline(answer.Json!.Value);
        }
    }

    private static async Task DeviceOnlineAsync(Scene scene)
    {
        await scene.DeviceOfflineAsync();
        Expect.That(!await IsOnlineAsync(scene), "deviceOnline false while the device is not connected", "true");
        var device = await scene.OpenDeviceAsync();
        Expect.That(await IsOnlineAsync(scene), "deviceOnline true while the device is connected", "false");
        await device.CloseAsync();
        await scene.DeviceOfflineAsync();
    }

    private static async Task ChannelIdAsync(Scene scene)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < SomeChannels; i++)
        {
            var id = (await scene.ClientUrlAsync()).ChannelId;
            Expect.That(id.Length >= LeastChannelId, $"a channelId of {LeastChannelId} characters or more, which 128 bits need", $"{id.Length} characters");
            Expect.That(ids.Add(id), "a channelId of its own for each connect", "the same one twice");
        }

        // IDs that count up, or hold the time, are alike for the most part.
        var alike = Enumerable.Range(0, ids.Min(x => x.Length)).Count(i => ids.Select(x => x[i]).Distinct().Count() == 1);
        Expect.That(alike < ids.Min(x => x.Length) / 2, "random channel IDs", $"{SomeChannels} of them with {alike} characters in common");
    }

    private static async Task WithoutTokenAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync();
        var message = await pair.RelayToDeviceAsync("1");
        Expect.That(message.Authorized == false, "authorized false to the device, since the client has no token", message);
    }

    private static async Task WithTokenAsync(Scene scene)
    {
        var pair = await scene.OpenPairAsync(scene.ClientToken());
        var message = await pair.RelayToDeviceAsync("1");
        Expect.That(message.Authorized == true, "authorized true to the device, since the client has a valid token", message);
    }

    private static async Task InvalidTokenFailsAsync(Scene scene)
    {
        Expect.Error(await scene.CallAsync(Scene.ClientConnect, "not-a-token"), 401, "UNAUTHORIZED", "client/connect with something that is no token");
        var expired = scene.ClientToken(x => x.Claims["exp"] = scene.Now.AddHours(-1).ToUnixTimeSeconds());
        Expect.Error(await scene.CallAsync(Scene.ClientConnect, expired), 401, "UNAUTHORIZED", "client/connect with a token that has expired");
        var other = scene.ClientToken(x => x.Claims["scope"] = "turn");
        Expect.Error(await scene.CallAsync(Scene.ClientConnect, other), 403, "ACCESS_DENIED", "client/connect with a token that does not cover it");
    }

    private static async Task<bool> IsOnlineAsync(Scene scene) =>
        ExpectOnline((await scene.RequireAsync(scene.CallOf(Scene.ClientConnect))).Json!.Value);

    private static bool ExpectOnline(JsonElement body)
    {
        var kind = body.TryGetProperty("deviceOnline", out var online) ? online.ValueKind : JsonValueKind.Undefined;
        Expect.That(kind is JsonValueKind.True or JsonValueKind.False, "deviceOnline as a boolean", kind == JsonValueKind.Undefined ? "none" : kind);
        return kind == JsonValueKind.True;
    }
}
