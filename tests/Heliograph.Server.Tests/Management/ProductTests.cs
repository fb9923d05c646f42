using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Management;

/// <summary>Products, call by call.</summary>
public class ProductTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private ApiClient Api => fixture.Api;

    [Fact]
    public async Task Create_WithAllFields_AnswersTheProductFieldByField()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);

        var product = (await Api.ManageAsync(HttpMethod.Post, Paths.Products, JsonNode.Parse(
            """{"name":"Garden","region":"local","tags":{"line":"garden"},"unknown":[1,{"a":null}]}"""))).Require(HttpStatusCode.OK);

        product.Fields().ShouldBe(
            ["productId", "organizationId", "region", "name", "created", "tags", "expired", "expiresAt", "configuredDevices", "publicKeys"]);
        product.Text("productId").ShouldMatch("^wp-[a-z0-9]{8}$");
        product.Text("organizationId").ShouldBe("or-operator");
        product.Text("region").ShouldBe("local");
        product.Text("name").ShouldBe("Garden");
        product["created"]!.GetValue<DateTimeOffset>().ShouldBeInRange(before, DateTimeOffset.UtcNow.AddSeconds(1));
        product.Text("created").ShouldEndWith("Z");
        product["tags"]!.ToJsonString().ShouldBe("""{"line":"garden"}""");
        product["expired"]!.GetValue<bool>().ShouldBeFalse();
        product["expiresAt"].ShouldBeNull();
        product["configuredDevices"]!.GetValue<int>().ShouldBe(0);
        product["publicKeys"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_WithRegionAlone_HasNoNameAndEmptyTags()
    {
        var product = await CreateAsync("""{"region":"local"}""");

        product["name"].ShouldBeNull();
        product["tags"]!.ToJsonString().ShouldBe("{}");
    }

    /// <summary>PostgreSQL can't keep it in a text; in tags it is escaped.</summary>
    [Fact]
    public async Task Create_WithTheCharacterNul_IsRefusedInANameAndKeptInATag()
    {
        (await Api.ManageAsync(HttpMethod.Post, Paths.Products, JsonNode.Parse("""{"name":"a\u0000b","region":"local"}""")))
            .ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, "name: ");

        var product = await CreateAsync("""{"region":"local","tags":{"a":"b\u0000c"}}""");
        (await Api.ManageAsync(HttpMethod.Get, $"{Paths.Products}/{product.Text("productId")}")).Json["tags"]!["a"]!.GetValue<string>().ShouldBe("b\0c");
    }

    [Fact]
    public async Task Get_AfterCreate_AnswersTheSame()
    {
        var created = await CreateAsync("""{"name":"ä \"quoted\"","region":"local","tags":{"a":"ü","b":""}}""");

        var answer = await Api.ManageAsync(HttpMethod.Get, $"{Paths.Products}/{created.Text("productId")}");

        answer.Require(HttpStatusCode.OK).ToJsonString().ShouldBe(created.ToJsonString());
        answer.ContentType.ShouldBe("application/json");
    }

    [Fact]
    public async Task List_HasEachProductOnceWithItsKeysAndDevices()
    {
        var product = await Api.CreateProductAsync();
        await Api.AddProductKeyAsync(product, fixture.ProductKey);
        await Api.CreateDeviceAsync(product, fixture.DeviceKey);
        await Api.CreateDeviceAsync(product, fixture.DeviceKey);

        var list = (await Api.ManageAsync(HttpMethod.Get, Paths.Products)).Require(HttpStatusCode.OK).AsArray();

        var found = list.Where(x => x!.Text("productId") == product.Value).ShouldHaveSingleItem()!;
        found["configuredDevices"]!.GetValue<int>().ShouldBe(2);
        found.ToJsonString().ShouldBe((await Api.ManageAsync(HttpMethod.Get, Paths.Of(product))).Json.ToJsonString());
    }

    [Theory]
    [InlineData("""{"name":"new"}""", "new", """{"a":"1"}""")]
    [InlineData("""{"name":null}""", null, """{"a":"1"}""")]
    [InlineData("""{"tags":{"b":"2"}}""", "old", """{"b":"2"}""")]
    [InlineData("""{"tags":{}}""", "old", "{}")]
    [InlineData("""{"tags":null}""", "old", """{"a":"1"}""")]
    [InlineData("{}", "old", """{"a":"1"}""")]
    public async Task Modify_ChangesOnlyTheFieldsItHas(string change, string? name, string tags)
    {
        var created = await CreateAsync("""{"name":"old","region":"local","tags":{"a":"1"}}""");
        var path = $"{Paths.Products}/{created.Text("productId")}";

        var answer = (await Api.ManageAsync(HttpMethod.Post, path, JsonNode.Parse(change))).Require(HttpStatusCode.OK);

        answer["name"]?.GetValue<string>().ShouldBe(name);
        answer["tags"]!.ToJsonString().ShouldBe(tags);
        (await Api.ManageAsync(HttpMethod.Get, path)).Json.ToJsonString().ShouldBe(answer.ToJsonString());
    }

    [Fact]
    public async Task Path_InAnyCase_NamesTheSame()
    {
        var device = await fixture.CreateDeviceAsync();

        var product = await Api.ManageAsync(HttpMethod.Get, $"{Paths.Products}/{device.Product.Value.ToUpperInvariant()}");
        var answer = await Api.ManageAsync(
            HttpMethod.Get, $"{Paths.Products}/{device.Product.Value.ToUpperInvariant()}/devices/{device.Device.Value.ToUpperInvariant()}");

        product.Require(HttpStatusCode.OK).Text("productId").ShouldBe(device.Product.Value);
        answer.Require(HttpStatusCode.OK).Text("deviceId").ShouldBe(device.Device.Value);
    }

    [Fact]
    public async Task AddKey_Twice_IsListedOnce()
    {
        var product = await Api.CreateProductAsync();
        await Api.AddProductKeyAsync(product, fixture.ProductKey);

        var answer = await Api.ManageAsync(
            HttpMethod.Post, $"{Paths.Of(product)}/publickeys", new JsonObject { ["publicKey"] = fixture.ProductKey.PublicPem });

        var key = answer.Require(HttpStatusCode.OK)["publicKeys"]!.AsArray().ShouldHaveSingleItem()!;
        key.Fields().ShouldBe(["id", "key", "created", "lastUsed"]);
        key.Text("id").ShouldBe(fixture.ProductKey.IdFor(KeyOwner.Product).Value);
        key.Text("key").TrimEnd().ShouldBe(fixture.ProductKey.PublicPem);
    }

    [Fact]
    public async Task RemoveKey_InAnyCase_AnswersTheProductWithoutIt()
    {
        using var other = new SigningKey();
        var product = await Api.CreateProductAsync();
        await Api.AddProductKeyAsync(product, fixture.ProductKey);
        await Api.AddProductKeyAsync(product, other);
        var id = fixture.ProductKey.IdFor(KeyOwner.Product).Value;

        var answer = await Api.ManageAsync(HttpMethod.Delete, $"{Paths.Of(product)}/publickeys/{Uri.EscapeDataString(id.ToUpperInvariant())}");

        answer.Require(HttpStatusCode.OK)["publicKeys"]!.AsArray().ShouldHaveSingleItem()!
            .Text("id").ShouldBe(other.IdFor(KeyOwner.Product).Value);
        (await Api.ManageAsync(HttpMethod.Delete, $"{Paths.Of(product)}/publickeys/{id}"))
            .ShouldBeError(HttpStatusCode.NotFound, ErrorCodes.KeyIdNotFound);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("device:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task RemoveKey_ThatIsNone_Is404(string id) =>
        (await Api.ManageAsync(HttpMethod.Delete, $"{Paths.Of(fixture.Product)}/publickeys/{id}"))
            .ShouldBeError(HttpStatusCode.NotFound, ErrorCodes.KeyIdNotFound);

    [Fact]
    public async Task Delete_Is204AndTakesAllThatTheProductHas()
    {
        var product = await Api.CreateProductAsync();
        await Api.AddProductKeyAsync(product, fixture.ProductKey);
        var device = await Api.CreateDeviceAsync(product, fixture.DeviceKey);

        var answer = await Api.ManageAsync(HttpMethod.Delete, Paths.Of(product));

        answer.Status.ShouldBe(HttpStatusCode.NoContent);
        answer.Body.ShouldBeEmpty();
        foreach (var path in (string[])[Paths.Of(product), Paths.Of(device), $"{Paths.Of(product)}/usage", $"{Paths.Of(product)}/devices"])
            (await Api.ManageAsync(HttpMethod.Get, path)).ShouldBeError(HttpStatusCode.NotFound, ErrorCodes.ProductIdNotFound);
        (await Api.ManageAsync(HttpMethod.Delete, Paths.Of(product))).ShouldBeError(HttpStatusCode.NotFound, ErrorCodes.ProductIdNotFound);
        (await Api.ManageAsync(HttpMethod.Get, Paths.Products)).Json.AsArray()
            .ShouldNotContain(x => x!["productId"]!.GetValue<string>() == product.Value);
    }

    private async Task<JsonNode> CreateAsync(string body) =>
        (await Api.ManageAsync(HttpMethod.Post, Paths.Products, JsonNode.Parse(body))).Require(HttpStatusCode.OK);
}
