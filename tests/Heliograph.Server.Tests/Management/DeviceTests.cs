using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Management;

/// <summary>Devices one by one, call by call.</summary>
public class DeviceTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private ApiClient Api => fixture.Api;

    [Fact]
    public async Task Create_WithAllFields_AnswersTheDeviceFieldByField()
    {
        var device = await CreateAsync("""{"name":"Gate","tags":{"line":"garden"},"unknown":1}""");

        device.Fields().ShouldBe(["productId", "deviceId", "name", "publicKeys", "batchId", "tags", "created", "connected", "lastConnect"]);
        device.Text("productId").ShouldBe(fixture.Product.Value);
        device.Text("deviceId").ShouldMatch("^wd-[a-z0-9]{16}$");
        device.Text("name").ShouldBe("Gate");
        device["publicKeys"]!.AsArray().ShouldBeEmpty();
        device["batchId"].ShouldBeNull();
        device["tags"]!.ToJsonString().ShouldBe("""{"line":"garden"}""");
        device.Text("created").ShouldEndWith("Z");
        device["connected"]!.GetValue<bool>().ShouldBeFalse();
        device["lastConnect"].ShouldBeNull();
    }

    [Fact]
    public async Task Get_AfterCreate_AnswersTheSame()
    {
        var created = await CreateAsync("{}");

        var answer = await Api.ManageAsync(HttpMethod.Get, PathOf(created));

        answer.Require(HttpStatusCode.OK).ToJsonString().ShouldBe(created.ToJsonString());
    }

    [Theory]
    [InlineData("""{"name":"new"}""", "new", """{"a":"1"}""")]
    [InlineData("""{"name":null}""", null, """{"a":"1"}""")]
    [InlineData("""{"tags":{"b":"2"}}""", "old", """{"b":"2"}""")]
    public async Task Modify_ChangesOnlyTheFieldsItHas(string change, string? name, string tags)
    {
        var created = await CreateAsync("""{"name":"old","tags":{"a":"1"}}""");

        var answer = (await Api.ManageAsync(HttpMethod.Post, PathOf(created), JsonNode.Parse(change))).Require(HttpStatusCode.OK);

        answer["name"]?.GetValue<string>().ShouldBe(name);
        answer["tags"]!.ToJsonString().ShouldBe(tags);
        (await Api.ManageAsync(HttpMethod.Get, PathOf(created))).Json.ToJsonString().ShouldBe(answer.ToJsonString());
    }

    [Fact]
    public async Task AddAndRemoveKey_AnswerTheDevice()
    {
        var device = PathOf(await CreateAsync("{}"));
        var id = fixture.DeviceKey.IdFor(KeyOwner.Device).Value;

        var added = await Api.ManageAsync(HttpMethod.Post, $"{device}/publickeys", new JsonObject { ["publicKey"] = fixture.DeviceKey.PublicPem });
        var removed = await Api.ManageAsync(HttpMethod.Delete, $"{device}/publickeys/{id}");

        var key = added.Require(HttpStatusCode.OK)["publicKeys"]!.AsArray().ShouldHaveSingleItem()!;
        key.Text("id").ShouldBe(id);
        key.Text("key").TrimEnd().ShouldBe(fixture.DeviceKey.PublicPem);
        removed.Require(HttpStatusCode.OK)["publicKeys"]!.AsArray().ShouldBeEmpty();
        (await Api.ManageAsync(HttpMethod.Delete, $"{device}/publickeys/{id}")).ShouldBeError(HttpStatusCode.NotFound, ErrorCodes.KeyIdNotFound);
    }

    [Fact]
    public async Task Delete_Is204AndTheDeviceIsGone()
    {
        var device = await fixture.CreateDeviceAsync();

        var answer = await Api.ManageAsync(HttpMethod.Delete, Paths.Of(device));

        answer.Status.ShouldBe(HttpStatusCode.NoContent);
        answer.Body.ShouldBeEmpty();
        foreach (var (method, path, body) in ((HttpMethod, string, JsonNode?)[])
            [(HttpMethod.Get, "", null), (HttpMethod.Get, "/usage", null), (HttpMethod.Post, "", new JsonObject()), (HttpMethod.Delete, "", null),
             (HttpMethod.Post, "/publickeys", new JsonObject { ["publicKey"] = fixture.DeviceKey.PublicPem }),
             (HttpMethod.Delete, $"/publickeys/{fixture.DeviceKey.IdFor(KeyOwner.Device)}", null)])
            (await Api.ManageAsync(method, Paths.Of(device) + path, body)).ShouldBeError(HttpStatusCode.NotFound, ErrorCodes.DeviceIdNotFound);
    }

    [Theory]
    [InlineData("/v1/webrtc/products/wp-00000000", ErrorCodes.ProductIdNotFound)]
    [InlineData("/v1/webrtc/products/nonsense", ErrorCodes.ProductIdNotFound)]
    [InlineData("/v1/webrtc/products/wp-00000000/devices/wd-0000000000000000", ErrorCodes.ProductIdNotFound)]
    [InlineData("{product}/devices/wd-0000000000000000", ErrorCodes.DeviceIdNotFound)]
    [InlineData("{product}/devices/nonsense", ErrorCodes.DeviceIdNotFound)]
    [InlineData("{product}/nonsense", ErrorCodes.NotFound)]
    public async Task Get_WhatDoesNotExist_Is404(string path, string code) =>
        (await Api.ManageAsync(HttpMethod.Get, path.Replace("{product}", Paths.Of(fixture.Product), StringComparison.Ordinal)))
            .ShouldBeError(HttpStatusCode.NotFound, code);

    [Fact]
    public async Task Call_WithAnotherMethod_Is405InTheProtocolsForm() =>
        (await Api.ManageAsync(HttpMethod.Put, Paths.Of(fixture.Product), new JsonObject()))
            .ShouldBeError(HttpStatusCode.MethodNotAllowed, ErrorCodes.MethodNotAllowed);

    private async Task<JsonNode> CreateAsync(string body) =>
        (await Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(fixture.Product)}/devices", JsonNode.Parse(body))).Require(HttpStatusCode.OK);

    private static string PathOf(JsonNode device) => $"{Paths.Products}/{device.Text("productId")}/devices/{device.Text("deviceId")}";
}
