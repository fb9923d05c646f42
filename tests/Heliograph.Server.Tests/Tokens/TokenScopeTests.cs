using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Server.Tests.Tokens;

/// <summary><c>scope</c> and <c>resource</c>: a genuine token that does not cover the request is 403.</summary>
public class TokenScopeTests(TokenFixture fixture) : IClassFixture<TokenFixture>
{
    [Theory]
    [InlineData("device:connect", true)]
    [InlineData("turn device:connect", true)]
    [InlineData("a device:connect b", true)]
    [InlineData("  device:connect  ", true)]
    [InlineData("", false)]
    [InlineData("turn", false)]
    [InlineData("client:connect", false)]
    [InlineData("device:connectx", false)]
    [InlineData("xdevice:connect", false)]
    [InlineData("device:connect:all", false)]
    [InlineData("device:connect,turn", false)]
    [InlineData("device: connect", false)]
    [InlineData("device:con nect", false)]
    [InlineData("DEVICE:CONNECT", false)]
    [InlineData("*", false)]
    public async Task Scope_OfADevice_IsReadInWholeWords(string scope, bool isFine) =>
        await DeviceAsync(payload => payload["scope"] = scope, isFine);

    [Theory]
    [InlineData("client:connect turn", true)]
    [InlineData("device:connect", false)]
    [InlineData("client:connectx", false)]
    [InlineData("turn", false)]
    [InlineData("", false)]
    public async Task Scope_OfAClient_IsReadInWholeWords(string scope, bool isFine) =>
        await ClientAsync(payload => payload["scope"] = scope, isFine);

    [Fact]
    public async Task Scope_ThatIsNoText_Is403()
    {
        foreach (var scope in (string[])["""["device:connect"]""", """["device:connect","turn"]""", "null", "7", """{"device:connect":true}"""])
            await DeviceAsync(payload => payload["scope"] = JsonNode.Parse(scope), isFine: false);
        await DeviceAsync(payload => payload.Remove("scope"), isFine: false);
        await ClientAsync(payload => payload["scope"] = new JsonArray("client:connect"), isFine: false);
        await ClientAsync(payload => payload.Remove("scope"), isFine: false);
        await DeviceAsync(payload => (payload["scp"], payload["scope"]) = ("device:connect", null), isFine: false);
    }

    [Theory]
    [InlineData("urn:nabto:webrtc:{p}:{d}", true)]
    [InlineData("URN:NABTO:WEBRTC:{P}:{D}", true)]
    [InlineData("urn:nabto:webrtc:{P}:{D}", true)]
    [InlineData("urn:nabto:webrtc:{p}:{sibling}", false)]
    [InlineData("urn:nabto:webrtc:{p}", false)]
    [InlineData("urn:nabto:webrtc:{p}:", false)]
    [InlineData("urn:nabto:webrtc:{p}:*", false)]
    [InlineData("urn:nabto:webrtc:{p}:{d}x", false)]
    [InlineData("urn:nabto:webrtc:{p}:{d}:x", false)]
    [InlineData("urn:nabto:webrtc:{p}:{d} ", false)]
    [InlineData("urn:nabto:webrtc:{p}:{d} urn:nabto:webrtc:{p}:{sibling}", false)]
    [InlineData("xurn:nabto:webrtc:{p}:{d}", false)]
    [InlineData("urn:nabto:webrtcx:{p}:{d}", false)]
    [InlineData("{p}:{d}", false)]
    [InlineData("", false)]
    public async Task Resource_MustBeTheVeryDevice(string resource, bool isFine)
    {
        var (product, device) = (fixture.Device.Product.Value, fixture.Device.Device.Value);
        var value = resource.Replace("{p}", product, StringComparison.Ordinal).Replace("{P}", product.ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("{d}", device, StringComparison.Ordinal).Replace("{D}", device.ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("{sibling}", fixture.Sibling.Device.Value, StringComparison.Ordinal);

        await DeviceAsync(payload => payload["resource"] = value, isFine);
        await ClientAsync(payload => payload["resource"] = value, isFine);
    }

    [Fact]
    public async Task Resource_ThatIsNoText_Is403()
    {
        foreach (var resource in (JsonNode?[])[null, 7, new JsonObject()])
        {
            await DeviceAsync(payload => payload["resource"] = resource?.DeepClone(), isFine: false);
            await ClientAsync(payload => payload["resource"] = resource?.DeepClone(), isFine: false);
        }

        await DeviceAsync(payload => payload["resource"] = new JsonArray(fixture.Device.Resource), isFine: false);
        await DeviceAsync(payload => payload.Remove("resource"), isFine: false);
        await ClientAsync(payload => payload.Remove("resource"), isFine: false);
    }

    [Fact]
    public async Task Token_ForOneDevice_DoesNotReachAnother()
    {
        var client = fixture.ProductKey.ClientToken(fixture.Sibling, clock: fixture.Clock);

        (await fixture.Api.ConnectClientAsync(fixture.Sibling, client)).Status.ShouldBe(HttpStatusCode.OK);
        (await fixture.Api.ConnectClientAsync(fixture.Device, client)).ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
        (await fixture.Api.IceServersAsync(fixture.Device, client)).ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
        (await fixture.Api.ConnectClientAsync(fixture.Stranger, client)).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
    }

    [Fact]
    public async Task IceServers_NeedsNoConnectScope() =>
        (await fixture.Api.IceServersAsync(fixture.Device, fixture.ProductKey.ClientToken(fixture.Device, scope: "", clock: fixture.Clock))).Status.ShouldBe(HttpStatusCode.OK);

    private async Task DeviceAsync(Action<JsonObject> claims, bool isFine)
    {
        var answer = await fixture.Api.ConnectDeviceAsync(fixture.Device, fixture.DeviceKey.DeviceToken(fixture.Device, claims, clock: fixture.Clock));
        if (isFine)
            answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        else
            answer.ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
    }

    private async Task ClientAsync(Action<JsonObject> claims, bool isFine)
    {
        var answer = await fixture.Api.ConnectClientAsync(fixture.Device, fixture.ProductKey.ClientToken(fixture.Device, claims, clock: fixture.Clock));
        if (isFine)
            answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        else
            answer.ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
    }
}
