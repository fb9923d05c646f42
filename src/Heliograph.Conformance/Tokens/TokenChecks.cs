namespace Heliograph.Conformance.Tokens;

/// <summary>What a token must say, and what it need not.</summary>
internal static class TokenChecks
{
    public static IEnumerable<Check> All { get; } =
    [
        new(
            "tokens.any-case-of-ids",
            "IDs arrive in any case and are compared in lower case.",
            "Vendors print IDs on labels in upper case; a service that takes them for others answers 404 to a device that exists.",
            AnyCaseOfIdsAsync),
        new(
            "tokens.typ-may-be-missing",
            "Header {\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":<key ID>} (typ may be missing).",
            "Token libraries leave typ out; their devices would never come online.",
            TypMayBeMissingAsync),
        new(
            "tokens.scope-device-connect",
            "A device's token has the scope device:connect; genuine, but its scope does not cover the request: 403 ACCESS_DENIED.",
            "A token that was made for something else, TURN alone perhaps, would let its holder take a device's place.",
            s => ScopeRequiredAsync(s, Scene.DeviceConnect, "client:connect turn")),
        new(
            "tokens.scope-client-connect",
            "A client's token has the scope client:connect; genuine, but its scope does not cover the request: 403 ACCESS_DENIED.",
            "A token that was made for something else would open an authorized channel to a camera.",
            s => ScopeRequiredAsync(s, Scene.ClientConnect, "device:connect turn")),
        new(
            "tokens.scope-whole-words",
            "Scopes are compared as whole words.",
            "Where a part of a word is enough, a scope such as device:connect-readonly, which a vendor means to be less, is all.",
            ScopeWholeWordsAsync),
        new(
            "tokens.scope-among-others",
            "scope (space-separated) has client:connect; turn for TURN credentials.",
            "Vendors put scopes of their own beside it, before and behind.",
            ScopeAmongOthersAsync),
        new(
            "tokens.resource-other-device",
            "resource: urn:nabto:webrtc:<productId>:<deviceId> of the device it may reach; else 403 ACCESS_DENIED.",
            "A viewer with a token for one camera would see every camera of the product.",
            ResourceOtherDeviceAsync) { Devices = 2 },
        new(
            "tokens.resource-missing",
            "resource: urn:nabto:webrtc:<productId>:<deviceId>; a token whose resource does not cover the request gets 403 ACCESS_DENIED.",
            "A token without a resource would be good for every device of the product.",
            ResourceMissingAsync),
        new(
            "tokens.resource-any-case",
            "resource is compared without regard to case (SDKs lower-case the IDs of the body but not of the token).",
            "The same ID, typed in upper case into an app, gives a token in upper case and a body in lower case.",
            ResourceAnyCaseAsync),
        new(
            "tokens.malformed",
            "401 UNAUTHORIZED when the token is malformed.",
            "SDKs give up on a 401 and try again after a 5xx: garbage that makes the service fail is sent again for ever.",
            MalformedAsync),
    ];

    private static async Task AnyCaseOfIdsAsync(Scene scene)
    {
        var address = scene.Device.Address;
        foreach (var path in Scene.Calls)
        {
            var call = scene.GoodCallOf(path) with
            {
                Body = Scene.BodyOf(address, body =>
                {
                    body["productId"] = address.Product.Value.ToUpperInvariant();
                    body["deviceId"] = address.Device.Value.ToUpperInvariant();
                }),
            };
            Expect.Ok(await scene.SendAsync(call), $"{path} with its IDs in upper case");
        }
    }

    private static async Task TypMayBeMissingAsync(Scene scene)
    {
        Expect.Ok(await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken(x => x.Header.Remove("typ"))), "a device's token without typ");
        Expect.Ok(await scene.CallAsync(Scene.ClientConnect, scene.ClientToken(x => x.Header.Remove("typ"))), "a client's token without typ");
    }

    private static async Task ScopeRequiredAsync(Scene scene, string path, string otherScope)
    {
        foreach (var scope in (string[])["turn", otherScope, ""])
        {
            var token = TokenFor(scene, path, x => x.Claims["scope"] = scope);
            Expect.Error(await scene.CallAsync(path, token), 403, "ACCESS_DENIED", $"{path} with the scope '{scope}'");
        }

        Expect.Error(await scene.CallAsync(path, TokenFor(scene, path, x => x.Claims.Remove("scope"))), 403, "ACCESS_DENIED", $"{path} without a scope");
    }

    private static async Task ScopeWholeWordsAsync(Scene scene)
    {
        foreach (var (path, word) in ((string, string)[])[(Scene.DeviceConnect, "device:connect"), (Scene.ClientConnect, "client:connect")])
        {
            foreach (var scope in (string[])[$"{word}-readonly", $"x{word}", $"{word},turn"])
            {
                var token = TokenFor(scene, path, x => x.Claims["scope"] = scope);
                Expect.Error(await scene.CallAsync(path, token), 403, "ACCESS_DENIED", $"{path} with the scope '{scope}'");
            }
        }
    }

    private static async Task ScopeAmongOthersAsync(Scene scene)
    {
        Expect.Ok(await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken(x => x.Claims["scope"] = "a:b device:connect c")), "the scope 'a:b device:connect c'");
        Expect.Ok(await scene.CallAsync(Scene.ClientConnect, scene.ClientToken(x => x.Claims["scope"] = "a:b client:connect c")), "the scope 'a:b client:connect c'");
    }

    private static async Task ResourceOtherDeviceAsync(Scene scene)
    {
        var other = scene.OtherDevice.Address.Resource;
        foreach (var path in Scene.Calls)
            Expect.Error(await scene.CallAsync(path, TokenFor(scene, path, x => x.Claims["resource"] = other)), 403, "ACCESS_DENIED", $"{path} with the resource of another device");
        foreach (var resource in (string[])[$"urn:nabto:webrtc:{scene.Device.Product.Id}", $"urn:nabto:webrtc:{scene.Device.Product.Id}:*", scene.Device.Address.Resource + "x"])
        {
            var token = scene.ClientToken(x => x.Claims["resource"] = resource);
            Expect.Error(await scene.CallAsync(Scene.ClientConnect, token), 403, "ACCESS_DENIED", "a resource that names no device, or more than the device");
        }
    }

    private static async Task ResourceMissingAsync(Scene scene)
    {
        foreach (var path in Scene.Calls)
            Expect.Error(await scene.CallAsync(path, TokenFor(scene, path, x => x.Claims.Remove("resource"))), 403, "ACCESS_DENIED", $"{path} with a token without a resource");
    }

    private static async Task ResourceAnyCaseAsync(Scene scene)
    {
        foreach (var path in Scene.Calls)
        {
            var upper = scene.Device.Address.Resource.ToUpperInvariant();
            Expect.Ok(await scene.CallAsync(path, TokenFor(scene, path, x => x.Claims["resource"] = upper)), $"{path} with a resource in upper case");
        }
    }

    private static async Task MalformedAsync(Scene scene)
    {
        var good = scene.ClientToken().Split('.');
        foreach (var (token, what) in ((string, string)[])
            [("x", "a token that is no JWT"), ("a.b.c", "a token of three parts that are no JSON"), ($"{good[0]}.{good[1]}", "a token without a signature"),
             ($"{good[0]}.{good[1]}.", "a token with an empty signature"), ($"{good[0]}..{good[2]}", "a token with no claims")])
        {
            foreach (var path in Scene.Calls)
                Expect.Error(await scene.CallAsync(path, token), 401, "UNAUTHORIZED", $"{path} with {what}");
        }
    }

    private static string TokenFor(Scene scene, string path, Action<TokenDraft> change) =>
        path == Scene.DeviceConnect ? scene.DeviceToken(change) : scene.ClientToken(change);
}
