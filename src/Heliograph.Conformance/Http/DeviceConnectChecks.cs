using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Http;

/// <summary><c>/v1/device/connect</c>.</summary>
internal static class DeviceConnectChecks
{
    public static IEnumerable<Check> All { get; } =
    [
        new(
            "http.device-connect.answer",
            "/v1/device/connect: Body {\"productId\",\"deviceId\"} → 200 {\"signalingUrl\"}; signalingUrl always absolute.",
            "Without the field, or with a relative URL, no device can open its socket.",
            AnswerAsync),
        new(
            "http.device-connect.token-required",
            "/v1/device/connect: bearer token required; 401 UNAUTHORIZED when it is missing.",
            "Anyone who knows a device's ID, which is printed on its box, could take its place.",
            TokenRequiredAsync),
    ];

    private static async Task AnswerAsync(Scene scene)
    {
        var answer = await scene.RequireAsync(scene.GoodCallOf(Scene.DeviceConnect));
        ExpectSignalingUrl(answer);
    }

    private static async Task TokenRequiredAsync(Scene scene)
    {
        Expect.Error(await scene.CallAsync(Scene.DeviceConnect), 401, "UNAUTHORIZED", "device/connect without a token");
        foreach (var header in (string[])["", "Bearer", "Bearer ", "Basic dTpw"])
        {
            var answer = await scene.SendAsync(scene.CallOf(Scene.DeviceConnect).With("Authorization", header));
            Expect.Error(answer, 401, "UNAUTHORIZED", $"device/connect with 'Authorization: {header}'");
        }
    }

    public static void ExpectSignalingUrl(HttpAnswer answer)
    {
        var text = answer.Text("signalingUrl") ?? throw new CheckFailedException("signalingUrl as a text", "none");
        Expect.That(
            Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "ws" or "wss",
            "signalingUrl to be absolute and to begin with wss:// or ws://",
            Redaction.Of(text));
    }
}
