using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Management;

/// <summary>What a body breaks is told by the field's name and place.</summary>
public sealed class ValidationTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private const string Products = "";
    private const string Product = "/{p}";
    private const string Devices = "/{p}/devices";

    [Theory]
    [InlineData(Products, "{}", "region: is missing")]
    [InlineData(Products, """{"region":null}""", "region: is missing")]
    [InlineData(Products, """{"region":"Local"}""", "region: must be")]
    [InlineData(Products, """{"region":""}""", "region: must be")]
    [InlineData(Products, """{"region":"a_b"}""", "region: must be")]
    [InlineData(Products, """{"region":"elsewhere"}""", "region: there is no region 'elsewhere'")]
    [InlineData(Products, """{"region":7}""", "region: is of the wrong type")]
    [InlineData(Products, """{"region":"local","name":7}""", "name: is of the wrong type")]
    [InlineData(Products, """{"region":"local","tags":[]}""", "tags: is of the wrong type")]
    [InlineData(Products, """{"region":"local","tags":{"a":1}}""", "tags.a: is of the wrong type")]
    [InlineData(Products, """{"region":"local","tags":{"a":null}}""", "tags.a: must be a text")]
    [InlineData(Products, """{"region":"local","tags":{"":"x"}}""", "tags: has a key of 0 characters")]
    [InlineData(Product, """{"name":[]}""", "name: is of the wrong type")]
    [InlineData(Product, """{"tags":"x"}""", "tags: is of the wrong type")]
    [InlineData(Product + "/publickeys", "{}", "publicKey: is missing")]
    [InlineData(Product + "/publickeys", """{"publicKey":1}""", "publicKey: is of the wrong type")]
    [InlineData(Devices, """{"name":{}}""", "name: is of the wrong type")]
    [InlineData(Devices, """{"tags":{"a":{}}}""", "tags.a: is of the wrong type")]
    [InlineData(Devices + "/{d}", """{"name":1}""", "name: is of the wrong type")]
    [InlineData(Devices + "/{d}/publickeys", "{}", "publicKey: is missing")]
    [InlineData(Product + "/device-batch", "{}", "count: is missing")]
    [InlineData(Product + "/device-batch", """{"count":0}""", "count: must be from 1 to 10000")]
    [InlineData(Product + "/device-batch", """{"count":10001}""", "count: must be from 1 to 10000")]
    [InlineData(Product + "/device-batch", """{"count":-1}""", "count: must be")]
    [InlineData(Product + "/device-batch", """{"count":1.5}""", "count: is of the wrong type")]
    [InlineData(Product + "/device-batch", """{"count":"1"}""", "count: is of the wrong type")]
    [InlineData(Product + "/device-batch", """{"count":99999999999}""", "count: is of the wrong type")]
    [InlineData(Product + "/custom-devices", "{}", "deviceIds: is missing")]
    [InlineData(Product + "/custom-devices", """{"deviceIds":[]}""", "deviceIds: has 0 entries")]
    [InlineData(Product + "/custom-devices", """{"deviceIds":"wd-aaaaaaaaaaaaaaaa"}""", "deviceIds: is of the wrong type")]
    [InlineData(Product + "/custom-devices", """{"deviceIds":["wd-aaaaaaaaaaaaaaaa",1]}""", "deviceIds[1]: is of the wrong type")]
    [InlineData(Product + "/device-keys", "[]", "has 0 entries")]
    [InlineData(Product + "/device-keys", "[null]", "[0]: is null")]
    [InlineData(Product + "/device-keys", """[{"deviceId":1}]""", "[0].deviceId: is of the wrong type")]
    [InlineData(Product + "/device-keys", "{}", "JSON of another kind")]
    [InlineData(Products, "[]", "JSON of another kind")]
    [InlineData(Products, "7", "JSON of another kind")]
    [InlineData(Products, "null", "null")]
    [InlineData(Products, "", "missing")]
    [InlineData(Products, "{\"region\":\n\"local\",}", "see line 2, byte 9")]
    public async Task Body_ThatIsWrong_Is400NamingTheField(string call, string body, string message)
    {
        var device = await fixture.CreateDeviceAsync();
        var path = Paths.Products + call.Replace("{p}", device.Product.Value, StringComparison.Ordinal).Replace("{d}", device.Device.Value, StringComparison.Ordinal);

        var answer = await fixture.Api.SendAsync(HttpMethod.Post, path, ApiClient.Json(body), fixture.Api.ApiKey);

        answer.ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, message);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public async Task Name_IsBounded(int length, bool isFine) =>
        await CheckAsync(new() { ["name"] = new string('n', length) }, isFine, "name: has 201 characters; 200 are allowed");

    [Theory]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public async Task Tags_AreBoundedInNumber(int count, bool isFine) =>
        await CheckAsync(Tags(Enumerable.Range(0, count).Select(i => ($"t{i}", "x"))), isFine, "tags: has 51 entries; 50 are allowed");

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task TagKeys_AreBoundedInLength(int length, bool isFine) =>
        await CheckAsync(Tags([(new string('k', length), "x")]), isFine, "tags: has a key of 101 characters");

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public async Task TagValues_AreBoundedInLength(int length, bool isFine) =>
        await CheckAsync(Tags([("k", new string('v', length))]), isFine, "tags.k: has 501 characters; 500 are allowed");

    [Fact]
    public async Task Body_LargerThanTheCallTakes_Is413()
    {
        var answer = await fixture.Api.SendAsync(
            HttpMethod.Post, Paths.Products, ApiClient.Json($$"""{"region":"local","x":"{{new string('x', 9 * 1024 * 1024)}}"}"""), fixture.Api.ApiKey,
            // The service closes where it would have to read all of it; a client that asks first hears why.
            request => request.Headers.ExpectContinue = true);

        answer.ShouldBeError(HttpStatusCode.RequestEntityTooLarge, ErrorCodes.PayloadTooLarge);
    }

    [Fact]
    public async Task Lists_OfMoreThanTenThousand_AreRefusedByName()
    {
        var ids = new JsonArray([.. Enumerable.Range(0, 10_001).Select(i => (JsonNode)$"wd-{i:d16}")]);

        (await fixture.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(fixture.Product)}/custom-devices", new JsonObject { ["deviceIds"] = ids }))
            .ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, "deviceIds: has 10001 entries; 1 to 10000 are allowed");
    }

    private static JsonObject Tags(IEnumerable<(string Key, string Value)> tags) => new()
    {
        ["tags"] = new JsonObject(tags.Select(x => KeyValuePair.Create(x.Key, (JsonNode?)x.Value))),
    };

    private async Task CheckAsync(JsonObject body, bool isFine, string message)
    {
        body["region"] = "local";
        var device = await fixture.CreateDeviceAsync();
        foreach (var path in (string[])[Paths.Products, Paths.Of(device.Product), $"{Paths.Of(device.Product)}/devices", Paths.Of(device)])
        {
            var answer = await fixture.Api.ManageAsync(HttpMethod.Post, path, body);
            if (isFine)
                answer.Status.ShouldBe(HttpStatusCode.OK, answer.Body);
            else
                answer.ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, message);
        }
    }
}
