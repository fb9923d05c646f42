using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Connect;

/// <summary>What the three connect calls answer.</summary>
public class ConnectAnswerTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    public static TheoryData<string> Calls => new("/v1/device/connect", "/v1/client/connect", "/v1/ice-servers");

    private ApiClient Api => fixture.Api;

    [Fact]
    public async Task ConnectDevice_AnswersASignalingUrlAlone()
    {
        var device = await fixture.CreateDeviceAsync();

        var answer = (await Api.ConnectDeviceAsync(device, fixture.DeviceKey.DeviceToken(device))).Require(HttpStatusCode.OK);

        answer.Fields().ShouldBe(["signalingUrl"]);
        answer.Text("signalingUrl").ShouldMatch(
            $"^{Api.WebSocketBase}/v1/signaling/{device.Product}/{device.Device}\\?ticket=[A-Za-z0-9_-]+$");
    }

    [Fact]
    public async Task ConnectClient_AnswersUrlPresenceAndChannel()
    {
        var device = await fixture.CreateDeviceAsync();

        var answer = (await Api.ConnectClientAsync(device)).Require(HttpStatusCode.OK);

        answer.Fields().ShouldBe(["signalingUrl", "deviceOnline", "channelId"]);
        answer["deviceOnline"]!.ToJsonString().ShouldBe("false");
        answer.Text("channelId").ShouldMatch("^[0-9a-f]{32}$");
        answer.Text("signalingUrl").ShouldNotContain(answer.Text("channelId"));
        (await Api.ConnectClientAsync(device)).Json.Text("channelId").ShouldNotBe(answer.Text("channelId"));
    }

    [Fact]
    public async Task IceServers_WhereNoneAreConfigured_AnswersAnEmptyList()
    {
        var device = await fixture.CreateDeviceAsync();

        foreach (var token in (string?[])[null, fixture.DeviceKey.DeviceToken(device), fixture.ProductKey.ClientToken(device)])
        {
            var answer = await Api.IceServersAsync(device, token);
            answer.Status.ShouldBe(HttpStatusCode.OK);
            answer.Body.ShouldBe("""{"iceServers":[]}""");
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Call_WithIdsInUpperCase_NamesTheSameDevice(string call)
    {
        var device = await fixture.CreateDeviceAsync();
        var body = ApiClient.Json($$"""{"productId":"{{device.Product.Value.ToUpperInvariant()}}","deviceId":"{{device.Device.Value.ToUpperInvariant()}}"}""");

        var answer = await Api.SendAsync(HttpMethod.Post, call, body, TokenFor(call, device));

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
        if (call != "/v1/ice-servers")
            answer.Json.Text("signalingUrl").ShouldContain($"/{device.Product}/{device.Device}?");
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Call_ForWhatDoesNotExist_TellsTheTwo404sApart(string call)
    {
        var device = await fixture.CreateDeviceAsync();
        var other = await Api.CreateProductAsync();
        foreach (var (product, id, code) in ((string, string, string)[])
            [("wp-00000000", device.Device.Value, ErrorCodes.ProductIdNotFound), ("nonsense", device.Device.Value, ErrorCodes.ProductIdNotFound),
             ("", "", ErrorCodes.ProductIdNotFound), (device.Product.Value, "wd-0000000000000000", ErrorCodes.DeviceIdNotFound),
             (device.Product.Value, "nonsense", ErrorCodes.DeviceIdNotFound), (other.Value, device.Device.Value, ErrorCodes.DeviceIdNotFound)])
        {
            var answer = await Api.SendAsync(
                HttpMethod.Post, call, ApiClient.Json($$"""{"productId":"{{product}}","deviceId":"{{id}}"}"""), TokenFor(call, device));

            answer.ShouldBeError(HttpStatusCode.NotFound, code);
        }
    }

    [Fact]
    public async Task ConnectDevice_WithoutToken_Is401()
    {
        var device = await fixture.CreateDeviceAsync();

        (await Api.ConnectDeviceAsync(device, token: null)).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Call_WithAnotherScheme_Is401AndNeverUnauthorizedService(string call)
    {
        var device = await fixture.CreateDeviceAsync();
        foreach (var authorization in (string[])["Bearer", "Basic aGk6aG8=", "Token abc", TokenFor(call, device), "Bearer nonsense", "Bearer ..", "Bearer a.b.c"])
        {
            var answer = await Api.SendAsync(
                HttpMethod.Post, call, ApiClient.ConnectBody(device), configure: request => request.Headers.TryAddWithoutValidation("Authorization", authorization));

            answer.ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Call_WithAnotherMethod_Is405(string call)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete])
            (await Api.SendAsync(method, call)).ShouldBeError(HttpStatusCode.MethodNotAllowed, ErrorCodes.MethodNotAllowed);
    }

    private string TokenFor(string call, DeviceAddress device) =>
        call == "/v1/client/connect" ? fixture.ProductKey.ClientToken(device) : fixture.DeviceKey.DeviceToken(device);
}
