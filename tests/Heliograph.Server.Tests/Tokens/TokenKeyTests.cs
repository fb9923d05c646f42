using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Tokens;

/// <summary>Whose key signs what, found by <c>kid</c> among the keys of that very device or product.</summary>
public class TokenKeyTests(TokenFixture fixture) : IClassFixture<TokenFixture>
{
    private ApiClient Api => fixture.Api;

    [Fact]
    public async Task Key_OfAnotherDevice_Is401()
    {
        await RefusedAsync("/v1/device/connect", fixture.SiblingKey.DeviceToken(fixture.Device, clock: fixture.Clock));
        await RefusedAsync("/v1/ice-servers", fixture.SiblingKey.DeviceToken(fixture.Device, clock: fixture.Clock));
        await RefusedAsync("/v1/device/connect", fixture.StrangerKey.DeviceToken(fixture.Device, clock: fixture.Clock));
    }

    [Fact]
    public async Task Key_OfAnotherProduct_Is401()
    {
        await RefusedAsync("/v1/client/connect", fixture.StrangerProductKey.ClientToken(fixture.Device, clock: fixture.Clock));
        await RefusedAsync("/v1/ice-servers", fixture.StrangerProductKey.ClientToken(fixture.Device, clock: fixture.Clock));
    }

    [Fact]
    public async Task Key_OfTheProduct_DoesNotSignForADeviceNorTheOtherWayRound()
    {
        var asDevice = fixture.ProductKey.ClientToken(fixture.Device, scope: "device:connect client:connect", clock: fixture.Clock);
        var asClient = fixture.DeviceKey.DeviceToken(fixture.Device, scope: "device:connect client:connect", clock: fixture.Clock);

        await RefusedAsync("/v1/device/connect", asDevice);
        await RefusedAsync("/v1/client/connect", asClient);
        await RefusedAsync("/v1/device/connect", fixture.ProductKey.DeviceToken(fixture.Device, clock: fixture.Clock));
        await RefusedAsync("/v1/client/connect", fixture.DeviceKey.ClientToken(fixture.Device, clock: fixture.Clock));
    }

    [Fact]
    public async Task Kid_OfAnotherKeyThanSigned_Is401()
    {
        await RefusedAsync("/v1/device/connect", fixture.SiblingKey.DeviceToken(
            fixture.Device, header: x => x["kid"] = fixture.DeviceKey.IdFor(KeyOwner.Device).Value, clock: fixture.Clock));
        await RefusedAsync("/v1/client/connect", fixture.DeviceKey.ClientToken(
            fixture.Device, header: x => x["kid"] = fixture.ProductKey.IdFor(KeyOwner.Product).Value, clock: fixture.Clock));
    }

    [Theory]
    [InlineData("{other}")]
    [InlineData("{hash}")]
    [InlineData("devices:{hash}")]
    [InlineData("device:{hash}0")]
    [InlineData("device: {hash}")]
    [InlineData("device:")]
    [InlineData("")]
    [InlineData("product:{hash}")]
    public async Task Kid_OfAnotherForm_Is401(string form)
    {
        var hash = fixture.DeviceKey.IdFor(KeyOwner.Device).Value["device:".Length..];
        var kid = form.Replace("{hash}", hash, StringComparison.Ordinal).Replace("{other}", $"device:{new string('0', 64)}", StringComparison.Ordinal);

        await RefusedAsync("/v1/device/connect", fixture.DeviceKey.DeviceToken(fixture.Device, header: x => x["kid"] = kid, clock: fixture.Clock));
    }

    [Fact]
    public async Task Kid_ThatIsNoText_Is401()
    {
        foreach (var change in (Action<JsonObject>[])
            [x => x.Remove("kid"), x => x["kid"] = null, x => x["kid"] = 7, x => x["kid"] = new JsonObject(), x => x["kid"] = new JsonArray(x["kid"]!.DeepClone())])
            await RefusedAsync("/v1/device/connect", fixture.DeviceKey.DeviceToken(fixture.Device, header: change, clock: fixture.Clock));
    }

    [Theory]
    [InlineData("products:{hash}")]
    [InlineData("PRODUCT:{HASH}")]
    public async Task Kid_AsSomeToolsWriteIt_IsTaken(string form)
    {
        var hash = fixture.ProductKey.IdFor(KeyOwner.Product).Value["product:".Length..];
        var kid = form.Replace("{hash}", hash, StringComparison.Ordinal).Replace("{HASH}", hash.ToUpperInvariant(), StringComparison.Ordinal);

        (await Api.ConnectClientAsync(fixture.Device, fixture.ProductKey.ClientToken(fixture.Device, header: x => x["kid"] = kid, clock: fixture.Clock)))
            .Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Header_ThatBringsItsOwnKey_Is401()
    {
        using var own = new SigningKey();
        var jwk = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = "AA", ["y"] = "AA" };

        await RefusedAsync("/v1/device/connect", own.DeviceToken(fixture.Device, header: x =>
        {
            x["kid"] = fixture.DeviceKey.IdFor(KeyOwner.Device).Value;
            x["jwk"] = jwk;
            x["jku"] = "http://127.0.0.1:1/keys";
        }, clock: fixture.Clock));
    }

    [Fact]
    public async Task Keys_OfOneDevice_MayBeSeveral()
    {
        using var second = new SigningKey();
        var device = await Api.CreateDeviceAsync(fixture.Device.Product, fixture.DeviceKey);
        await RefusedAsync("/v1/device/connect", second.DeviceToken(device, clock: fixture.Clock), device);

        await Api.AddDeviceKeyAsync(device, second);

        foreach (var key in (SigningKey[])[fixture.DeviceKey, second])
            (await Api.ConnectDeviceAsync(device, key.DeviceToken(device, clock: fixture.Clock))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Key_OnTwoDevices_SignsForEachByItsResource()
    {
        var device = await Api.CreateDeviceAsync(fixture.Device.Product, fixture.DeviceKey);

        (await Api.ConnectDeviceAsync(device, fixture.DeviceKey.DeviceToken(device, clock: fixture.Clock))).Status.ShouldBe(HttpStatusCode.OK);
        (await Api.ConnectDeviceAsync(device, fixture.DeviceKey.DeviceToken(fixture.Device, clock: fixture.Clock)))
            .ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
    }

    private async Task RefusedAsync(string call, string token, DeviceAddress? device = null) =>
        (await Api.SendAsync(HttpMethod.Post, call, ApiClient.ConnectBody(device ?? fixture.Device), token))
            .ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
}
