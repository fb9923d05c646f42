namespace Heliograph.Conformance.Tokens;

/// <summary>The times of a token. They are by the service's clock, as far as its Date header tells, and keep off the edges by half a minute.</summary>
internal static class TokenTimeChecks
{
    /// <summary>Well within the 60 s that clocks may be off.</summary>
    private const int Within = 30;

    /// <summary>Well beyond.</summary>
    private const int Beyond = 120;

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "tokens.exp-required",
            "exp: required.",
            "A token without an end that leaks is a key to the camera for ever.",
            s => RefusedAsync(s, "a token without exp", x => x.Claims.Remove("exp"))),
        new(
            "tokens.expired",
            "401 UNAUTHORIZED when the token is expired. Allow 60 s of clock skew.",
            "Access that was given for an hour would last longer than anyone meant.",
            s => RefusedAsync(s, "a token that expired two minutes ago", x => x.Claims["exp"] = Seconds(s, -Beyond))),
        new(
            "tokens.expired-within-skew",
            "Allow 60 s of clock skew.",
            "A device whose clock is a little slow makes tokens that seem to have expired.",
            s => AcceptedAsync(s, "a token that expired 30 s ago", x => x.Claims["exp"] = Seconds(s, -Within))),
        new(
            "tokens.not-yet-valid",
            "nbf, iat: optional, checked where present; 401 UNAUTHORIZED when the token is not yet valid.",
            "A token that a vendor gave out for tomorrow would work today.",
            NotYetValidAsync),
        new(
            "tokens.not-yet-valid-within-skew",
            "Allow 60 s of clock skew (SDKs set nbf to this very second).",
            "Every device whose clock is a second fast would be refused, and with it half of all devices.",
            NotYetValidWithinSkewAsync),
        new(
            "tokens.nbf-and-iat-optional",
            "nbf, iat: optional, checked where present.",
            "Token libraries leave them out.",
            s => AcceptedAsync(s, "a token without nbf and iat", x =>
            {
                x.Claims.Remove("nbf");
                x.Claims.Remove("iat");
            })),
    ];

    private static async Task NotYetValidAsync(Scene scene)
    {
        await RefusedAsync(scene, "a token whose nbf is two minutes from now", x => x.Claims["nbf"] = Seconds(scene, Beyond));
        await RefusedAsync(scene, "a token whose iat is two minutes from now", x => x.Claims["iat"] = Seconds(scene, Beyond));
    }

    private static async Task NotYetValidWithinSkewAsync(Scene scene)
    {
        await AcceptedAsync(scene, "a token whose nbf is 30 s from now", x => x.Claims["nbf"] = Seconds(scene, Within));
        await AcceptedAsync(scene, "a token whose iat is 30 s from now", x => x.Claims["iat"] = Seconds(scene, Within));
    }

    private static async Task RefusedAsync(Scene scene, string what, Action<TokenDraft> change)
    {
        Expect.Error(await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken(change)), 401, "UNAUTHORIZED", $"{what}, a device's");
        Expect.Error(await scene.CallAsync(Scene.ClientConnect, scene.ClientToken(change)), 401, "UNAUTHORIZED", $"{what}, a client's");
    }

    private static async Task AcceptedAsync(Scene scene, string what, Action<TokenDraft> change)
    {
        Expect.Ok(await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken(change)), $"{what}, a device's");
        Expect.Ok(await scene.CallAsync(Scene.ClientConnect, scene.ClientToken(change)), $"{what}, a client's");
    }

    private static long Seconds(Scene scene, int fromNow) => scene.Now.AddSeconds(fromNow).ToUnixTimeSeconds();
}
