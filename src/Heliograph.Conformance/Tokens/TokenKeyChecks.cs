using System.Security.Cryptography;
using Heliograph.Protocol;

namespace Heliograph.Conformance.Tokens;

/// <summary>Whose key may sign what.</summary>
internal static class TokenKeyChecks
{
    private static readonly TimeSpan Cleanup = TimeSpan.FromSeconds(10);

    public static IEnumerable<Check> All { get; } =
    [
        new(
            "tokens.kid-unknown",
            "401 UNAUTHORIZED when its kid does not verify. The key is found by kid among the keys of that very device or product.",
            "A kid that is looked for elsewhere, or a token that is tried with every key there is, makes any key good for anything.",
            KidUnknownAsync),
        new(
            "tokens.kid-of-other-device",
            "The key is found by kid among the keys of that very device or product, never anywhere else.",
            "Whoever takes one camera apart could speak for every other one.",
            KidOfOtherDeviceAsync) { Devices = 2 },
        new(
            "tokens.kid-of-other-product",
            "The key is found by kid among the keys of that very device or product, never anywhere else.",
            "One vendor could let people into another vendor's cameras.",
            KidOfOtherProductAsync) { ForeignDevices = 1 },
        new(
            "tokens.device-token-by-device-key",
            "A device's token is signed by a key registered on the device.",
            "A vendor's backend, which makes tokens for clients, could be used to take a device's place.",
            DeviceTokenByDeviceKeyAsync),
        new(
            "tokens.client-token-by-product-key",
            "A client's token is signed by a key registered on the product.",
            "Whoever takes a camera apart could make viewers' tokens.",
            ClientTokenByProductKeyAsync),
        new(
            "tokens.kid-products",
            "Some tools write products: accept it as product:.",
            "Tokens of these tools would all be refused.",
            KidProductsAsync),
        new(
            "tokens.several-keys",
            "Keys can be several (rotation).",
            "A key could be replaced only by cutting off whoever still uses the old one.",
            SeveralKeysAsync),
        new(
            "tokens.removed-key",
            "Each can be removed; a removed key stops working at once.",
            "A key is removed because it was stolen: each minute that it still works is the thief's.",
            RemovedKeyAsync),
    ];

    private static async Task KidUnknownAsync(Scene scene)
    {
        using var unknown = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Expect.Error(
            await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken(x => Sign(x, unknown, KeyOwner.Device))), 401, "UNAUTHORIZED", "a device's token with a kid that is not registered");
        Expect.Error(
            await scene.CallAsync(Scene.ClientConnect, scene.ClientToken(x => Sign(x, unknown, KeyOwner.Product))), 401, "UNAUTHORIZED", "a client's token with a kid that is not registered");
        Expect.Error(await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken(x => x.Header.Remove("kid"))), 401, "UNAUTHORIZED", "a device's token without a kid");
        Expect.Error(await scene.CallAsync(Scene.ClientConnect, scene.ClientToken(x => x.Header.Remove("kid"))), 401, "UNAUTHORIZED", "a client's token without a kid");
    }

    private static async Task KidOfOtherDeviceAsync(Scene scene)
    {
        var token = scene.DeviceToken(x => Sign(x, scene.OtherDevice.Keys[0], KeyOwner.Device));
        Expect.Error(await scene.CallAsync(Scene.DeviceConnect, token), 401, "UNAUTHORIZED", "a device's token that another device of the product signed");
        Expect.Error(await scene.CallAsync(Scene.IceServers, token), 401, "UNAUTHORIZED", "ice-servers with a token that another device of the product signed");
    }

    private static async Task KidOfOtherProductAsync(Scene scene)
    {
        var foreign = scene.ForeignDevice;
        Expect.Error(
            await scene.CallAsync(Scene.ClientConnect, scene.ClientToken(x => Sign(x, foreign.Product.Keys[0], KeyOwner.Product))),
            401, "UNAUTHORIZED", "a client's token that a key of another product signed");
        Expect.Error(
            await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken(x => Sign(x, foreign.Keys[0], KeyOwner.Device))),
            401, "UNAUTHORIZED", "a device's token that a device of another product signed");
    }

    private static async Task DeviceTokenByDeviceKeyAsync(Scene scene)
    {
        var product = scene.Device.Product.Keys[0];
        Expect.Error(
            await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken(x => Sign(x, product, KeyOwner.Product))),
            401, "UNAUTHORIZED", "a device's token that the product's key signed");
        Expect.Error(
            await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken(x => Sign(x, product, KeyOwner.Device))),
            401, "UNAUTHORIZED", "a device's token that the product's key signed under the name of a device's");
    }

    private static async Task ClientTokenByProductKeyAsync(Scene scene)
    {
        var device = scene.Device.Keys[0];
        Expect.Error(
            await scene.CallAsync(Scene.ClientConnect, scene.ClientToken(x => Sign(x, device, KeyOwner.Device))),
            401, "UNAUTHORIZED", "a client's token that the device's key signed");
        Expect.Error(
            await scene.CallAsync(Scene.ClientConnect, scene.ClientToken(x => Sign(x, device, KeyOwner.Product))),
            401, "UNAUTHORIZED", "a client's token that the device's key signed under the name of a product's");
    }

    private static async Task KidProductsAsync(Scene scene)
    {
        var id = TokenDraft.IdOf(scene.Device.Product.Keys[0], KeyOwner.Product).Value;
        var token = scene.ClientToken(x => x.Header["kid"] = id.Replace("product:", "products:", StringComparison.Ordinal));
        Expect.Ok(await scene.CallAsync(Scene.ClientConnect, token), "a kid that begins with products:");
    }

    private static async Task SeveralKeysAsync(Scene scene)
    {
        if (scene.Device.Keys.Count > 1)
        {
            foreach (var key in scene.Device.Keys)
                Expect.Ok(await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken(x => Sign(x, key, KeyOwner.Device))), "each of the device's keys");
            return;
        }

        if (scene.Service.DeviceKeys is null)
            throw new NotCheckedException("needs a device with two keys, or the management API (--api-key)");
        await WithSecondKeyAsync(scene, async second =>
        {
            Expect.Ok(await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken(x => Sign(x, second, KeyOwner.Device))), "the device's second key");
            Expect.Ok(await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken()), "the device's first key, beside the second");
        });
    }

    private static Task RemovedKeyAsync(Scene scene) => WithSecondKeyAsync(scene, async second =>
    {
        var token = scene.DeviceToken(x => Sign(x, second, KeyOwner.Device));
        Expect.Ok(await scene.CallAsync(Scene.DeviceConnect, token), "a key that was added");
        await scene.DeviceKeys.RemoveAsync(scene.Device.Address, TokenDraft.IdOf(second, KeyOwner.Device), scene.CancellationToken);
        Expect.Error(await scene.CallAsync(Scene.DeviceConnect, token), 401, "UNAUTHORIZED", "a key that has just been removed");
        Expect.Ok(await scene.CallAsync(Scene.DeviceConnect, scene.DeviceToken()), "the key that is left");
    });

    /// <summary>Registers a key on the device for as long as an action takes.</summary>
    public static async Task WithSecondKeyAsync(Scene scene, Func<ECDsa, Task> action)
    {
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await scene.DeviceKeys.AddAsync(scene.Device.Address, second.ExportSubjectPublicKeyInfoPem(), scene.CancellationToken);
        try
        {
            await action(second);
        }
        finally
        {
            // The check may have removed it; and it is to go also where the check was cancelled.
            using var enough = new CancellationTokenSource(Cleanup);
            try
            {
                await scene.DeviceKeys.RemoveAsync(scene.Device.Address, TokenDraft.IdOf(second, KeyOwner.Device), enough.Token);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // The device goes with the product.
            }
        }
    }

    public static void Sign(TokenDraft draft, ECDsa key, KeyOwner owner)
    {
        draft.Key = key;
        draft.Header["kid"] = TokenDraft.IdOf(key, owner).Value;
    }
}
