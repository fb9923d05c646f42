using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Management;

/// <summary>Calls that make or change many devices: all of them or none.</summary>
public class BulkTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private static readonly string[] Ids = ["wd-aaaaaaaaaaaaaaa1", "wd-aaaaaaaaaaaaaaa2", "wd-aaaaaaaaaaaaaaa3"];

    private ApiClient Api => fixture.Api;

    [Fact]
    public async Task Batch_OfSome_AnswersThemWithTheirBatchAndTags()
    {
        var product = await Api.CreateProductAsync();

        var first = await PostAsync(product, "device-batch", """{"count":3,"tags":{"line":"a"}}""");
        var second = await PostAsync(product, "device-batch", """{"count":1}""");

        var batch = first.Require(HttpStatusCode.OK);
        batch.Fields().ShouldBe(["devices", "count", "batchId"]);
        batch["count"]!.GetValue<int>().ShouldBe(3);
        var devices = batch["devices"]!.AsArray();
        devices.Count.ShouldBe(3);
        foreach (var device in devices)
        {
            device!["batchId"]!.GetValue<long>().ShouldBe(batch["batchId"]!.GetValue<long>());
            device["tags"]!.ToJsonString().ShouldBe("""{"line":"a"}""");
            (await Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(product)}/devices/{device.Text("deviceId")}"))
                .Require(HttpStatusCode.OK).ToJsonString().ShouldBe(device.ToJsonString());
        }

        second.Require(HttpStatusCode.OK)["batchId"]!.GetValue<long>().ShouldNotBe(batch["batchId"]!.GetValue<long>());
        (await Api.ManageAsync(HttpMethod.Get, Paths.Of(product))).Json["configuredDevices"]!.GetValue<int>().ShouldBe(4);
    }

    [Fact]
    public async Task CustomDevices_InAnyCase_AreMadeInLowerCase()
    {
        var product = await Api.CreateProductAsync();

        var answer = (await CustomAsync(product, Ids[0].ToUpperInvariant(), Ids[1])).Require(HttpStatusCode.OK);

        answer.Fields().ShouldBe(["devices", "batchId"]);
        answer["devices"]!.AsArray().Select(x => x!.Text("deviceId")).ShouldBe([Ids[0], Ids[1]]);
        answer["devices"]!.AsArray().ShouldAllBe(x => x!["batchId"]!.GetValue<long>() == answer["batchId"]!.GetValue<long>());
        (await ListAsync(product)).ShouldBe([Ids[0], Ids[1]]);
    }

    [Theory]
    [InlineData("wd-short", "deviceIds[1]:")]
    [InlineData("", "deviceIds[1]:")]
    [InlineData(null, "deviceIds[1]:")]
    [InlineData("wp-aaaaaaaaaaaaaaa2", "deviceIds[1]:")]
    [InlineData("wd-aaaaaaaaaaaaaaä2", "deviceIds[1]:")]
    [InlineData(" wd-aaaaaaaaaaaaaaa2", "deviceIds[1]:")]
    [InlineData("wd-aaaaaaaaaaaaaaa1", "deviceIds[1]:")]
    [InlineData("WD-AAAAAAAAAAAAAAA1", "deviceIds[1]:")]
    public async Task CustomDevices_WithABadOrDoubleId_CreatesNone(string? bad, string message)
    {
        var product = await Api.CreateProductAsync();

        (await CustomAsync(product, Ids[0], bad)).ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, message);

        (await ListAsync(product)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CustomDevices_WithATakenId_Is409AndCreatesNone()
    {
        var product = await Api.CreateProductAsync();
        (await CustomAsync(product, Ids[1])).Require(HttpStatusCode.OK);

        (await CustomAsync(product, Ids[0], Ids[1].ToUpperInvariant(), Ids[2]))
            .ShouldBeError(HttpStatusCode.Conflict, ErrorCodes.DeviceIdTaken, "deviceIds[1]: 'wd-aaaaaaaaaaaaaaa2' is taken");

        (await ListAsync(product)).ShouldBe([Ids[1]]);
    }

    [Fact]
    public async Task CustomDevices_TakenInAnotherProduct_AreFree()
    {
        var (one, other) = (await Api.CreateProductAsync(), await Api.CreateProductAsync());
        (await CustomAsync(one, Ids)).Require(HttpStatusCode.OK);

        (await CustomAsync(other, Ids)).Require(HttpStatusCode.OK);
    }

    [Fact]
    public async Task CustomDevices_AtOnceWithTheSameId_OneIsRefused()
    {
        var product = await Api.CreateProductAsync();

        var answers = await Task.WhenAll(CustomAsync(product, Ids[0], Ids[1]), CustomAsync(product, Ids[1], Ids[2]));

        answers.Select(x => x.Status).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict]);
        (await ListAsync(product)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task DeviceKeys_AddsAndRemovesNone()
    {
        using var other = new SigningKey();
        var product = await Api.CreateProductAsync();
        (await CustomAsync(product, Ids)).Require(HttpStatusCode.OK);
        await Api.AddDeviceKeyAsync(new(product, DeviceId.Parse(Ids[0])), other);

        var answer = await KeysAsync(
            product, (Ids[0].ToUpperInvariant(), fixture.DeviceKey.PublicPem), (Ids[1], fixture.DeviceKey.PublicPem), (Ids[1], fixture.DeviceKey.PublicPem));

        answer.Status.ShouldBe(HttpStatusCode.NoContent);
        answer.Body.ShouldBeEmpty();
        (await KeysOfAsync(product, Ids[0])).ShouldBe(
            [fixture.DeviceKey.IdFor(KeyOwner.Device).Value, other.IdFor(KeyOwner.Device).Value], ignoreOrder: true);
        (await KeysOfAsync(product, Ids[1])).ShouldBe([fixture.DeviceKey.IdFor(KeyOwner.Device).Value]);
        (await KeysOfAsync(product, Ids[2])).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("wd-zzzzzzzzzzzzzzzz", true, HttpStatusCode.NotFound, ErrorCodes.DeviceIdNotFound, "wd-zzzzzzzzzzzzzzzz")]
    [InlineData("nonsense", true, HttpStatusCode.BadRequest, ErrorCodes.BadRequest, "[1].deviceId:")]
    [InlineData(null, true, HttpStatusCode.BadRequest, ErrorCodes.BadRequest, "[1].deviceId:")]
    [InlineData("wd-aaaaaaaaaaaaaaa2", false, HttpStatusCode.BadRequest, ErrorCodes.BadRequest, "[1].publicKey:")]
    public async Task DeviceKeys_WithABadItem_AddsNone(string? device, bool hasKey, HttpStatusCode status, string code, string message)
    {
        var product = await Api.CreateProductAsync();
        (await CustomAsync(product, Ids)).Require(HttpStatusCode.OK);

        (await KeysAsync(product, (Ids[0], fixture.DeviceKey.PublicPem), (device, hasKey ? fixture.DeviceKey.PublicPem : null)))
            .ShouldBeError(status, code, message);

        (await KeysOfAsync(product, Ids[0])).ShouldBeEmpty();
    }

    private Task<ApiAnswer> PostAsync(ProductId product, string call, string body) =>
        Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/{call}", JsonNode.Parse(body));

    private Task<ApiAnswer> CustomAsync(ProductId product, params string?[] ids) =>
        Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/custom-devices", new JsonObject { ["deviceIds"] = new JsonArray([.. ids.Select(x => (JsonNode?)x)]) });

    private Task<ApiAnswer> KeysAsync(ProductId product, params (string? Device, string? Key)[] keys) =>
        Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/device-keys", new JsonArray(
            [.. keys.Select(x => new JsonObject { ["deviceId"] = x.Device, ["publicKey"] = x.Key })]));

    private async Task<IReadOnlyList<string>> ListAsync(ProductId product) => (await DevicePages.WalkAsync(Api, product, ""))[0];

    private async Task<IEnumerable<string>> KeysOfAsync(ProductId product, string device) =>
        (await Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(product)}/devices/{device}"))
        .Require(HttpStatusCode.OK)["publicKeys"]!.AsArray().Select(x => x!.Text("id"));
}
