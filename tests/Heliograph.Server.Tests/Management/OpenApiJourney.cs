using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Management;

/// <summary>Makes every call of the API, well and badly, and keeps what came back under the call's operation ID.</summary>
internal sealed class OpenApiJourney(RelayFixture fixture)
{
    private readonly List<(string Id, ApiAnswer Answer)> _calls = [];

    public async Task<IReadOnlyList<(string Id, ApiAnswer Answer)>> RunAsync()
    {
        using var key = new SigningKey();
        var pem = new JsonObject { ["publicKey"] = key.PublicPem };
        var product = await ManageAsync("createProduct", HttpMethod.Post, Paths.Products, """{"region":"local","name":"a","tags":{"a":"b"}}""");
        var at = $"{Paths.Products}/{product.Json.Text("productId")}";
        await ManageAsync("addProductKey", HttpMethod.Post, $"{at}/publickeys", pem.ToJsonString());
        await ManageAsync("listProducts", HttpMethod.Get, Paths.Products);
        await ManageAsync("getProduct", HttpMethod.Get, at);
        await ManageAsync("modifyProduct", HttpMethod.Post, at, """{"name":null}""");
        await ManageAsync("createDeviceBatch", HttpMethod.Post, $"{at}/device-batch", """{"count":2}""");
        await ManageAsync("createCustomDevices", HttpMethod.Post, $"{at}/custom-devices", """{"deviceIds":["wd-0123456789abcdef"]}""");
        await ManageAsync("createCustomDevices", HttpMethod.Post, $"{at}/custom-devices", """{"deviceIds":["wd-0123456789abcdef"]}""");
        await ManageAsync("addDeviceKeys", HttpMethod.Post, $"{at}/device-keys", new JsonArray(
            new JsonObject { ["deviceId"] = "wd-0123456789abcdef", ["publicKey"] = key.PublicPem }).ToJsonString());
        var device = await ManageAsync("createDevice", HttpMethod.Post, $"{at}/devices", """{"name":"x"}""");
        var deviceAt = $"{at}/devices/{device.Json.Text("deviceId")}";
        await ManageAsync("addDeviceKey", HttpMethod.Post, $"{deviceAt}/publickeys", pem.ToJsonString());
        await ManageAsync("modifyDevice", HttpMethod.Post, deviceAt, """{"tags":{"b":"c"}}""");
        await ManageAsync("listDevices", HttpMethod.Get, $"{at}/devices?limit=2");
        await ManageAsync("listDevices", HttpMethod.Get, $"{at}/devices?limit=x");

        await ConnectAsync(DeviceOf(device.Json), key);
        await ManageAsync("getDevice", HttpMethod.Get, deviceAt);
        await ManageAsync("getProductUsage", HttpMethod.Get, $"{at}/usage");
        await ManageAsync("getDeviceUsage", HttpMethod.Get, $"{deviceAt}/usage");

        await ManageAsync("removeDeviceKey", HttpMethod.Delete, $"{deviceAt}/publickeys/{key.IdFor(KeyOwner.Device)}");
        await ManageAsync("removeProductKey", HttpMethod.Delete, $"{at}/publickeys/{key.IdFor(KeyOwner.Product)}");
        await ManageAsync("deleteDevice", HttpMethod.Delete, deviceAt);
        await ManageAsync("getDevice", HttpMethod.Get, deviceAt);
        await ManageAsync("deleteProduct", HttpMethod.Delete, at);
        await ManageAsync("deleteProduct", HttpMethod.Delete, at);
        await ManageAsync("createProduct", HttpMethod.Post, Paths.Products, "{}");

        var apiKey = await ManageAsync("createApiKey", HttpMethod.Post, Paths.ApiKeys, """{"scopes":["read"],"expiresAt":"2999-01-01T00:00:00Z"}""");
        await ManageAsync("listApiKeys", HttpMethod.Get, Paths.ApiKeys);
        Keep("createProduct", await fixture.Api.SendAsync(HttpMethod.Post, Paths.Products, ApiClient.Json("{}"), apiKey.Json.Text("key")));
        await ManageAsync("revokeApiKey", HttpMethod.Delete, $"{Paths.ApiKeys}/{apiKey.Json["apiKey"]!.Text("id")}");
        await ManageAsync("listAuditLog", HttpMethod.Get, $"{Paths.AuditLog}?limit=3");
        await ManageAsync("listAuditLog", HttpMethod.Get, $"{Paths.AuditLog}?limit=x");
        await ManageAsync("exportAuditLog", HttpMethod.Get, $"{Paths.AuditLog}/export");
        await ManageAsync("exportAuditLog", HttpMethod.Get, $"{Paths.AuditLog}/export?format=pdf");
        await ManageAsync("listNodes", HttpMethod.Get, Paths.Nodes);
        Keep("listProducts", await fixture.Api.SendAsync(HttpMethod.Get, Paths.Products));

        var reportKey = await ManageAsync("createApiKey", HttpMethod.Post, Paths.ApiKeys, """{"scopes":["report"]}""");
        foreach (var body in (string[])["""{"reporter":"abcdefgh12345678","sequence":1,"usage":[]}""", "{}"])
            Keep("reportTurnUsage", await fixture.Api.SendAsync(HttpMethod.Post, "/v1/webrtc/turn-usage", ApiClient.Json(body), reportKey.Json.Text("key")));
        return _calls;
    }

    private static DeviceAddress DeviceOf(JsonNode device) => new(ProductId.Parse(device.Text("productId")), DeviceId.Parse(device.Text("deviceId")));

    private async Task ConnectAsync(DeviceAddress device, SigningKey key)
    {
        Keep("connectDevice", await fixture.Api.ConnectDeviceAsync(device, key.DeviceToken(device)));
        Keep("connectDevice", await fixture.Api.ConnectDeviceAsync(device, token: null));
        Keep("connectDevice", await fixture.Api.ConnectDeviceAsync(device, key.DeviceToken(device, scope: "")));
        Keep("connectClient", await fixture.Api.ConnectClientAsync(device));
        Keep("connectClient", await fixture.Api.ConnectClientAsync(device, key.ClientToken(device)));
        Keep("getIceServers", await fixture.Api.IceServersAsync(device, key.ClientToken(device)));
        Keep("getIceServers", await fixture.Api.SendAsync(HttpMethod.Post, "/v1/ice-servers", ApiClient.Json("{}")));
        Keep("getIceServers", await fixture.Api.SendAsync(HttpMethod.Post, "/v1/ice-servers", ApiClient.Json(new string(' ', 100_000))));
        await using var open = await fixture.Api.OpenDeviceAsync(device, key);
    }

    private async Task<ApiAnswer> ManageAsync(string id, HttpMethod method, string path, string? body = null)
    {
        var answer = await fixture.Api.ManageAsync(method, path, body is null ? null : JsonNode.Parse(body));
        Keep(id, answer);
        return answer;
    }

    private void Keep(string id, ApiAnswer answer) => _calls.Add((id, answer));
}
