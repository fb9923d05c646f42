using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Management;

/// <summary>The paged list of a product's devices.</summary>
public class DeviceListTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private ApiClient Api => fixture.Api;

    [Theory]
    [InlineData(7, "?limit=3", new[] { 3, 3, 1 })]
    [InlineData(6, "?limit=3", new[] { 3, 3 })]
    [InlineData(3, "?limit=1", new[] { 1, 1, 1 })]
    [InlineData(2, "?limit=10000", new[] { 2 })]
    [InlineData(501, "", new[] { 500, 1 })]
    [InlineData(0, "", new[] { 0 })]
    public async Task Walk_ByLinkHeaders_SeesEachDeviceOnceInOrder(int count, string query, int[] sizes)
    {
        var product = await Api.CreateProductAsync();
        var created = new List<string>();
        if (count > 0)
        {
            var batch = await Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/device-batch", new JsonObject { ["count"] = count });
            created.AddRange(batch.Require(HttpStatusCode.OK)["devices"]!.AsArray().Select(x => x!.Text("deviceId")));
        }

        var pages = await DevicePages.WalkAsync(Api, product, query);

        pages.Select(x => x.Count).ShouldBe(sizes);
        pages.SelectMany(x => x).ShouldBe(created.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Link_NamesTheSameLimitAndAWorkingAddress()
    {
        var product = await Api.CreateProductAsync();
        for (var i = 0; i < 3; i++)
            await Api.CreateDeviceAsync(product, fixture.DeviceKey);

        var first = await Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(product)}/devices?limit=2");

        var next = DevicePages.NextOf(first).ShouldNotBeNull();
        next.ShouldStartWith($"{Api.BaseUrl}{Paths.Of(product)}/devices?limit=2&cursor=");
    }

    [Fact]
    public async Task Link_BehindAPublicUrl_IsBuiltFromIt()
    {
        await using var service = await TestService.StartAsync(settings => settings.Service.PublicUrl = "https://signaling.example.com/base/");
        var product = await service.Api.CreateProductAsync();
        for (var i = 0; i < 2; i++)
            await service.Api.CreateDeviceAsync(product, fixture.DeviceKey);

        var first = await service.Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(product)}/devices?limit=1");

        DevicePages.NextOf(first).ShouldNotBeNull().ShouldStartWith($"https://signaling.example.com/base{Paths.Of(product)}/devices?");
    }

    [Fact]
    public async Task Cursor_OfADeletedDevice_GoesOnBehindIt()
    {
        var product = await Api.CreateProductAsync();
        for (var i = 0; i < 3; i++)
            await Api.CreateDeviceAsync(product, fixture.DeviceKey);
        var all = (await DevicePages.WalkAsync(Api, product, ""))[0];
        var first = await Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(product)}/devices?limit=2");

        await Api.ManageAsync(HttpMethod.Delete, $"{Paths.Of(product)}/devices/{all[1]}");

        var second = await Api.ManageAsync(HttpMethod.Get, DevicePages.NextOf(first)!);
        second.Require(HttpStatusCode.OK).AsArray().ShouldHaveSingleItem()!.Text("deviceId").ShouldBe(all[2]);
    }

    [Theory]
    [InlineData("?limit=0", "limit:")]
    [InlineData("?limit=-1", "limit:")]
    [InlineData("?limit=10001", "limit:")]
    [InlineData("?limit=99999999999999999999", "limit:")]
    [InlineData("?limit=many", "limit:")]
    [InlineData("?limit=1.5", "limit:")]
    [InlineData("?limit=1&limit=2", "limit:")]
    [InlineData("?cursor=nonsense", "cursor:")]
    [InlineData("?cursor=wd-0000000000000000'--", "cursor:")]
    public async Task Query_OutOfBounds_Is400NamingTheParameter(string query, string message) =>
        (await Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(fixture.Product)}/devices{query}"))
            .ShouldBeError(HttpStatusCode.BadRequest, ErrorCodes.BadRequest, message);
}
