using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Management;

/// <summary>Organizations are kept apart: what is another's does not exist.</summary>
public class OrganizationTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private const string Other = "or-other";

    [Theory]
    [InlineData("GET", "/{p}", null)]
    [InlineData("POST", "/{p}", """{"name":"x"}""")]
    [InlineData("DELETE", "/{p}", null)]
    [InlineData("POST", "/{p}/publickeys", "{key}")]
    [InlineData("DELETE", "/{p}/publickeys/{pk}", null)]
    [InlineData("GET", "/{p}/devices", null)]
    [InlineData("POST", "/{p}/devices", "{}")]
    [InlineData("POST", "/{p}/device-batch", """{"count":1}""")]
    [InlineData("POST", "/{p}/custom-devices", """{"deviceIds":["wd-aaaaaaaaaaaaaaaa"]}""")]
    [InlineData("POST", "/{p}/device-keys", """[{"deviceId":"{d}","publicKey":"{pem}"}]""")]
    [InlineData("GET", "/{p}/devices/{d}", null)]
    [InlineData("POST", "/{p}/devices/{d}", """{"name":"x"}""")]
    [InlineData("DELETE", "/{p}/devices/{d}", null)]
    [InlineData("POST", "/{p}/devices/{d}/publickeys", "{key}")]
    [InlineData("DELETE", "/{p}/devices/{d}/publickeys/{dk}", null)]
    [InlineData("GET", "/{p}/usage", null)]
    [InlineData("GET", "/{p}/devices/{d}/usage", null)]
    public async Task Call_OnAnotherOrganizationsProduct_Is404AndChangesNothing(string method, string path, string? body)
    {
        var device = await fixture.CreateDeviceAsync();
        var stranger = await fixture.Api.CreateApiKeyAsync(Other);
        var before = await StateAsync(device);

        var answer = await fixture.Api.SendAsync(
            new(method), Paths.Products + Fill(path, device), body is null ? null : ApiClient.Json(Fill(body, device)), stranger);

        answer.ShouldBeError(HttpStatusCode.NotFound, ErrorCodes.ProductIdNotFound);
        (await StateAsync(device)).ShouldBe(before);
    }

    [Fact]
    public async Task ListProducts_ShowsOnesOwnAlone()
    {
        var key = await fixture.Api.CreateApiKeyAsync("or-list");
        var created = (await fixture.Api.SendAsync(HttpMethod.Post, Paths.Products, ApiClient.Json("""{"region":"local"}"""), key)).Require(HttpStatusCode.OK);

        var list = (await fixture.Api.SendAsync(HttpMethod.Get, Paths.Products, bearer: key)).Require(HttpStatusCode.OK).AsArray();

        created.Text("organizationId").ShouldBe("or-list");
        list.ShouldHaveSingleItem()!.Text("productId").ShouldBe(created.Text("productId"));
        (await fixture.Api.ManageAsync(HttpMethod.Get, Paths.Products)).Json.AsArray().ShouldNotContain(x => x!["organizationId"]!.GetValue<string>() == "or-list");
    }

    [Theory]
    [InlineData("or-operator", HttpStatusCode.OK)]
    [InlineData("or-other", HttpStatusCode.Forbidden)]
    public async Task OrganizationHeader_MustBeTheKeysOwn(string organization, HttpStatusCode status)
    {
        var answer = await fixture.Api.SendAsync(
            HttpMethod.Get, Paths.Products, bearer: fixture.Api.ApiKey, configure: request => request.Headers.Add("X-Nabto-Organization", organization));

        answer.Status.ShouldBe(status);
        if (status == HttpStatusCode.Forbidden)
            answer.ShouldBeError(status, ErrorCodes.AccessDenied);
    }

    private string Fill(string text, DeviceAddress device)
    {
        var pem = JsonValue.Create(fixture.DeviceKey.PublicPem).ToJsonString();
        return text
            .Replace("{key}", $$"""{"publicKey":{{pem}}}""", StringComparison.Ordinal)
            .Replace("\"{pem}\"", pem, StringComparison.Ordinal)
            .Replace("{pk}", fixture.ProductKey.IdFor(KeyOwner.Product).Value, StringComparison.Ordinal)
            .Replace("{dk}", fixture.DeviceKey.IdFor(KeyOwner.Device).Value, StringComparison.Ordinal)
            .Replace("{p}", device.Product.Value, StringComparison.Ordinal)
            .Replace("{d}", device.Device.Value, StringComparison.Ordinal);
    }

    private async Task<string> StateAsync(DeviceAddress device) =>
        (await fixture.Api.ManageAsync(HttpMethod.Get, Paths.Of(device.Product))).Require(HttpStatusCode.OK).ToJsonString()
        + (await fixture.Api.ManageAsync(HttpMethod.Get, Paths.Of(device))).Require(HttpStatusCode.OK).ToJsonString();
}
