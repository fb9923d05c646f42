using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Management;

/// <summary>A product with as many devices as a camera maker has.</summary>
public class LargeProductTests
{
    [Fact]
    public async Task Product_OfAHundredThousandDevices_IsMadeInBatchesAndListedInPages()
    {
        await using var service = await TestService.StartAsync();
        using var key = new SigningKey();
        var product = await service.Api.CreateProductAsync();
        var created = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 10; i++)
        {
            var batch = await service.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/device-batch", new JsonObject { ["count"] = 10_000 });
            foreach (var device in batch.Require(HttpStatusCode.OK)["devices"]!.AsArray())
                created.Add(device!.Text("deviceId"));
        }

        created.Count.ShouldBe(100_000);
        var keys = new JsonArray([.. created.Take(10_000).Select(x => new JsonObject { ["deviceId"] = x, ["publicKey"] = key.PublicPem })]);
        (await service.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/device-keys", keys)).Status.ShouldBe(HttpStatusCode.NoContent);

        var pages = await DevicePages.WalkAsync(service.Api, product, "?limit=10000");

        pages.Count.ShouldBe(10);
        pages.SelectMany(x => x).ShouldBe(created.Order(StringComparer.Ordinal));
        (await service.Api.ManageAsync(HttpMethod.Get, Paths.Of(product))).Json["configuredDevices"]!.GetValue<int>().ShouldBe(100_000);
    }

    [Fact]
    public async Task CustomDevices_TenThousandOfWhichTheLastIsTaken_CreatesNone()
    {
        await using var service = await TestService.StartAsync();
        var product = await service.Api.CreateProductAsync();
        var ids = Enumerable.Range(0, 10_000).Select(i => $"wd-{i:d16}").ToList();
        (await CustomAsync(ids[^1..])).Require(HttpStatusCode.OK);

        (await CustomAsync(ids)).Status.ShouldBe(HttpStatusCode.Conflict);

        (await service.Api.ManageAsync(HttpMethod.Get, Paths.Of(product))).Json["configuredDevices"]!.GetValue<int>().ShouldBe(1);

        Task<ApiAnswer> CustomAsync(IEnumerable<string> list) =>
            service.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(product)}/custom-devices", new JsonObject { ["deviceIds"] = new JsonArray([.. list.Select(x => (JsonNode)x)]) });
    }
}
