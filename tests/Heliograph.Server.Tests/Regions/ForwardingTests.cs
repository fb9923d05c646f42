using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Regions;

/// <summary>Calls in one region for products of another: the answers are those of the product's home.</summary>
public sealed class ForwardingTests : IAsyncLifetime
{
    private const string Products = "/v1/webrtc/products";

    private RegionScene _scene = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        _scene = await RegionScene.StartAsync((_, settings) => settings.Ice.StunUrls.Add("stun:stun.example.com:3478"));
        _device = await _scene.CreateDeviceAsync("us");
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task Connects_InAnotherRegion_LeadToTheProductsHome()
    {
        var answer = (await _scene.Eu.Api.ConnectDeviceAsync(_device, _scene.DeviceKey.DeviceToken(_device))).Require(HttpStatusCode.OK);
        answer.Text("signalingUrl").ShouldStartWith(_scene.UrlOf("us").Replace("http", "ws") + "/v1/signaling/");
        await using var device = await TestPeer.OpenAsync(answer.Text("signalingUrl"));

        var client = (await _scene.Eu.Api.ConnectClientAsync(_device, _scene.ProductKey.ClientToken(_device))).Require(HttpStatusCode.OK);

        client["deviceOnline"]!.GetValue<bool>().ShouldBeTrue();
        client.Text("signalingUrl").ShouldStartWith(_scene.UrlOf("us").Replace("http", "ws"));
        await using var peer = await TestPeer.OpenAsync(client.Text("signalingUrl"));
        await peer.SendMessageAsync(client.Text("channelId"), "1");
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        (await device.ReceiveJsonAsync())["authorized"]!.GetValue<bool>().ShouldBeTrue();
        (await _scene.Eu.Api.IceServersAsync(_device)).Require(HttpStatusCode.OK)["iceServers"]!.AsArray().Count.ShouldBe(1);
        (await MetricsOfAsync(_scene.Eu)).ShouldContain("""heliograph_connect_duration_seconds_count{call="client/connect",outcome="FORWARDED"} 1""");
        (await MetricsOfAsync(_scene.Eu)).ShouldContain("""heliograph_regions_calls_total{region="us",outcome="answered"} 3""");
    }

    [Theory]
    [InlineData("/v1/device/connect")]
    [InlineData("/v1/client/connect")]
    [InlineData("/v1/ice-servers")]
    public async Task ConnectErrors_AreThoseOfTheHome(string call)
    {
        var stranger = new DeviceAddress(_device.Product, DeviceId.New());
        using var other = new SigningKey();
        var wrongScope = _scene.DeviceKey.DeviceToken(_device, scope: "nothing");
        foreach (var (body, token, code) in ((HttpContent, string?, string)[])
            [(ApiClient.ConnectBody(_device), other.DeviceToken(_device), "UNAUTHORIZED"),
             (ApiClient.ConnectBody(_device), other.ClientToken(_device), "UNAUTHORIZED"),
             (ApiClient.ConnectBody(stranger), _scene.DeviceKey.DeviceToken(stranger), "DEVICE_ID_NOT_FOUND"),
             (ApiClient.ConnectBody(new(ProductId.New(), _device.Device)), wrongScope, "PRODUCT_ID_NOT_FOUND"),
             (ApiClient.Json("nonsense"), wrongScope, "BAD_REQUEST"),
             (ApiClient.Json("""{"productId":"x"}"""), wrongScope, "BAD_REQUEST")])
        {
            var text = await body.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var there = await _scene.Eu.Api.SendAsync(HttpMethod.Post, call, ApiClient.Json(text), token);
            var home = await _scene.Us.Api.SendAsync(HttpMethod.Post, call, ApiClient.Json(text), token);

            there.ShouldBeError(home.Status, code);
            there.Message.ShouldBe(home.Message);
            there.Headers.WwwAuthenticate.ToString().ShouldBe(home.Headers.WwwAuthenticate.ToString());
        }

        if (call != "/v1/ice-servers")
        {
            (await _scene.Eu.Api.SendAsync(HttpMethod.Post, call, ApiClient.ConnectBody(_device), _scene.DeviceKey.DeviceToken(_device, scope: "other")))
                .Status.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task Management_OfAProductOfAnotherRegion_DoesAllThatItDoesAtHome()
    {
        var path = $"{Products}/{_device.Product}";
        using var key = new SigningKey();
        await using var open = await _scene.Us.Api.OpenDeviceAsync(_device, _scene.DeviceKey);

        (await ManageAsync(HttpMethod.Get, path)).Text("region").ShouldBe("us");
        (await ManageAsync(HttpMethod.Post, path, """{"name":"Renamed"}""")).Text("name").ShouldBe("Renamed");
        (await ManageAsync(HttpMethod.Post, $"{path}/publickeys", new JsonObject { ["publicKey"] = key.PublicPem }.ToJsonString()))["publicKeys"]!.AsArray().Count.ShouldBe(2);
        (await ManageAsync(HttpMethod.Delete, $"{path}/publickeys/{key.IdFor(KeyOwner.Product)}"))["publicKeys"]!.AsArray().Count.ShouldBe(1);
        var made = (await ManageAsync(HttpMethod.Post, $"{path}/devices", """{"name":"Gate"}""")).Text("deviceId");
        (await ManageAsync(HttpMethod.Post, $"{path}/device-batch", """{"count":3}"""))["count"]!.GetValue<int>().ShouldBe(3);
        (await ManageAsync(HttpMethod.Post, $"{path}/custom-devices", """{"deviceIds":["wd-0123456789abcdef"]}"""))["devices"]!.AsArray().Count.ShouldBe(1);
        await ManageAsync(
            HttpMethod.Post, $"{path}/device-keys", new JsonArray(new JsonObject { ["deviceId"] = made, ["publicKey"] = key.PublicPem }).ToJsonString(), HttpStatusCode.NoContent);
        (await ManageAsync(HttpMethod.Get, $"{path}/devices/{made}"))["publicKeys"]!.AsArray().Count.ShouldBe(1);
        (await ManageAsync(HttpMethod.Post, $"{path}/devices/{made}", """{"tags":{"a":"b"}}"""))["tags"]!.Text("a").ShouldBe("b");
        (await ManageAsync(HttpMethod.Delete, $"{path}/devices/{made}/publickeys/{key.IdFor(KeyOwner.Device)}"))["publicKeys"]!.AsArray().ShouldBeEmpty();
        (await ManageAsync(HttpMethod.Get, $"{path}/usage")).Fields().ShouldBe(["signalingMessageCount", "relayByteCount"]);
        (await ManageAsync(HttpMethod.Get, $"{path}/devices/{made}/usage")).Fields().ShouldBe(["signalingMessageCount", "relayByteCount"]);
        // Only the home knows who is connected.
        (await ManageAsync(HttpMethod.Get, $"{path}/devices/{_device.Device}"))["connected"]!.GetValue<bool>().ShouldBeTrue();
        await ManageAsync(HttpMethod.Delete, $"{path}/devices/{made}", status: HttpStatusCode.NoContent);
        (await _scene.Eu.Api.ManageAsync(HttpMethod.Get, $"{path}/devices/{made}")).ShouldBeError(HttpStatusCode.NotFound, "DEVICE_ID_NOT_FOUND");
        (await _scene.Eu.Api.ManageAsync(HttpMethod.Post, $"{path}/custom-devices", new JsonObject { ["deviceIds"] = new JsonArray("wd-0123456789abcdef") }))
            .ShouldBeError(HttpStatusCode.Conflict, "DEVICE_ID_TAKEN");
        await ManageAsync(HttpMethod.Delete, path, status: HttpStatusCode.NoContent);

        await open.Ended;
        open.CloseCode.ShouldBe(4002);
        (await _scene.Eu.Api.ManageAsync(HttpMethod.Get, path)).ShouldBeError(HttpStatusCode.NotFound, "PRODUCT_ID_NOT_FOUND");
        _scene.Us.Log.ShouldContain(line => line.Contains("DeviceDisconnected") || line.Contains("revoked"));
    }

    [Fact]
    public async Task Management_WithAnotherOrganizationsKey_DoesNotFindTheProduct()
    {
        var key = await _scene.Eu.Api.CreateApiKeyAsync("or-other");

        (await _scene.Eu.Api.SendAsync(HttpMethod.Get, $"{Products}/{_device.Product}", bearer: key)).ShouldBeError(HttpStatusCode.NotFound, "PRODUCT_ID_NOT_FOUND");
    }

    [Fact]
    public async Task Management_WithoutAnApiKey_GetsNoFurtherThanTheRegionItAsks()
    {
        (await _scene.Eu.Api.SendAsync(HttpMethod.Get, $"{Products}/{_device.Product}")).ShouldBeError(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        (await _scene.Eu.Api.SendAsync(HttpMethod.Get, $"{Products}/{_device.Product}", bearer: "hgk_x_y")).ShouldBeError(HttpStatusCode.Unauthorized, "UNAUTHORIZED");

        (await MetricsOfAsync(_scene.Eu)).ShouldNotContain("heliograph_regions_calls_total{");
    }

    [Fact]
    public async Task CreateProduct_ForAnotherRegion_MakesItThere()
    {
        var product = (await ManageAsync(HttpMethod.Post, Products, """{"region":"us","name":"New"}""")).Text("productId");

        (await _scene.Us.Api.ManageAsync(HttpMethod.Get, $"{Products}/{product}")).Json.Text("region").ShouldBe("us");
        (await MetricsOfAsync(_scene.Eu)).ShouldContain("""heliograph_regions_calls_total{region="us",outcome="answered"} 1""");
        (await _scene.Eu.Api.ManageAsync(HttpMethod.Post, Products, new JsonObject { ["region"] = "mars" }))
            .ShouldBeError(HttpStatusCode.BadRequest, "BAD_REQUEST", "region: there is no region 'mars'; there are 'eu', 'us'");
    }

    [Fact]
    public async Task ListDevices_OfTenThousand_IsTheSameInBothRegionsAndLinksStayInTheOneAsked()
    {
        var path = $"{Products}/{_device.Product}/devices";
        await ManageAsync(HttpMethod.Post, $"{Products}/{_device.Product}/device-batch", """{"count":10000,"tags":{"line":"a tag that makes the answer long"}}""");

        var there = await _scene.Eu.Api.ManageAsync(HttpMethod.Get, path + "?limit=10000");
        var home = await _scene.Us.Api.ManageAsync(HttpMethod.Get, path + "?limit=10000");

        there.Status.ShouldBe(HttpStatusCode.OK);
        there.Body.Length.ShouldBeGreaterThan(1_000_000);
        there.Body.ShouldBe(home.Body);
        there.ContentType.ShouldBe(home.ContentType);
        there.Headers.GetValues("Link").ShouldHaveSingleItem().ShouldStartWith($"<{_scene.UrlOf("eu")}{path}?limit=10000&cursor=");
        there.Headers.Contains("Heliograph-Region").ShouldBeFalse();
    }

    [Fact]
    public async Task Body_OverTheLimit_IsRefusedAsAtHome()
    {
        var large = ApiClient.Json($$"""{"name":"{{new string('x', 9 * 1024 * 1024)}}"}""");

        (await _scene.Eu.Api.SendAsync(HttpMethod.Post, $"{Products}/{_device.Product}/devices", large, _scene.Eu.Api.ApiKey, request => request.Headers.ExpectContinue = true))
            .ShouldBeError(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE");
    }

    [Fact]
    public async Task Body_InChunksWithoutALength_IsPassedOnWhole()
    {
        await using var connection = await RawConnection.ConnectAsync(_scene.UrlOf("eu"));
        await connection.SendAsync(
            $"POST {Products}/{_device.Product}/devices HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_scene.Eu.Api.ApiKey}\r\nTransfer-Encoding: chunked\r\n"
            + "Connection: keep-alive, X-Mine\r\nX-Mine: 1\r\n\r\n8\r\n{\"name\":\r\n");
        await connection.SendAsync("8\r\n\"In two\"\r\n1\r\n}\r\n0\r\n\r\n");

        var answer = (await connection.ReadAnswerAsync())!;
        answer.Status.ShouldBe(200);
        answer.Body.ShouldContain("\"In two\"");
    }

    [Fact]
    public async Task Body_WhoseFramingIsBroken_IsTheCallersFault()
    {
        await using var connection = await RawConnection.ConnectAsync(_scene.UrlOf("eu"));
        await connection.SendAsync(
            $"POST {Products}/{_device.Product}/devices HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {_scene.Eu.Api.ApiKey}\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2\r\n{ \r\nffffffffffffffff\r\n");

        (await connection.ReadAnswerAsync())!.Status.ShouldBe(400);
        (await MetricsOfAsync(_scene.Eu)).ShouldContain("""heliograph_regions_calls_total{region="us",outcome="aborted"} 1""");
    }

    private async Task<JsonNode> ManageAsync(HttpMethod method, string path, string? body = null, HttpStatusCode status = HttpStatusCode.OK) =>
        (await _scene.Eu.Api.ManageAsync(method, path, body is null ? null : JsonNode.Parse(body))).Require(status);

    private static async Task<string> MetricsOfAsync(TestService service) => (await service.Api.SendAsync(HttpMethod.Get, "/metrics")).Body;
}
