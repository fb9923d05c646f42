using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Regions;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Regions;

/// <summary>Who called in the first place: told between regions in a header that nobody else can make.</summary>
public sealed class ForwardedHeaderTests
{
    [Fact]
    public async Task RateLimit_AtTheHome_IsOfTheCallersAddress()
    {
        await using var scene = await RegionScene.StartAsync((name, settings) =>
        {
            settings.Service.TrustedProxies.Add("127.0.0.1");
            if (name == "us")
                settings.RateLimits.PerAddress = settings.RateLimits.PerAddressBurst = 1;
        });
        var device = await scene.CreateDeviceAsync("us");

        (await FloodAsync("192.0.2.7")).ShouldContain(HttpStatusCode.TooManyRequests);

        (await CallAsync("192.0.2.8")).Status.ShouldBe(HttpStatusCode.OK);
        ApiAnswer refused;
        do
            refused = await CallAsync("192.0.2.9");
        while (refused.Status == HttpStatusCode.OK);
        refused.ShouldBeError(HttpStatusCode.TooManyRequests, "TOO_MANY_REQUESTS", "from your address");
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        refused.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);

        async Task<List<HttpStatusCode>> FloodAsync(string address)
        {
            var statuses = new List<HttpStatusCode>();
            for (var i = 0; i < 20; i++)
                statuses.Add((await CallAsync(address)).Status);
            return statuses;
        }

        Task<ApiAnswer> CallAsync(string address) => scene.Eu.Api.SendAsync(
            HttpMethod.Post, "/v1/client/connect", ApiClient.ConnectBody(device), configure: request =>
            {
                request.Headers.Add("X-Forwarded-For", address);
                request.Headers.Add("Origin", "https://app.example.com");
            });
    }

    [Fact]
    public async Task AuditLog_OfAForwardedChange_HasTheCallersAddress()
    {
        await using var scene = await RegionScene.StartAsync((_, settings) => settings.Service.TrustedProxies.Add("127.0.0.1"));
        var device = await scene.CreateDeviceAsync("us");

        (await scene.Eu.Api.SendAsync(
            HttpMethod.Post, $"/v1/webrtc/products/{device.Product}/devices", ApiClient.Json("{}"), scene.Eu.Api.ApiKey,
            request => request.Headers.Add("X-Forwarded-For", "192.0.2.7"))).Require(HttpStatusCode.OK);

        var entry = (await scene.Us.Get<Server.Registry.AuditLog>().ListAsync("or-operator", new() { Product = device.Product }, null, 1, default)).Entries[0];
        (entry.Action, entry.Actor.Address).ShouldBe(("device.create", "192.0.2.7"));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Header_ThatNobodySealed_IsRefused(string header)
    {
        await using var scene = await RegionScene.StartAsync();
        var device = await scene.CreateDeviceAsync("us");

        var answer = await CallAsync(scene.Us, device, header);

        answer.ShouldBeError(HttpStatusCode.BadRequest, "BAD_REQUEST", "Heliograph-Forwarded");
        answer.Headers.Contains("Heliograph-Region").ShouldBeFalse();
    }

    [Fact]
    public async Task Header_SealedByTheRegistrysKeys_IsBelievedForItsTimeAndItsRegionAlone()
    {
        await using var scene = await RegionScene.StartAsync();
        var device = await scene.CreateDeviceAsync("us");
        var now = DateTime.UtcNow;
        var good = new ForwardedCall(["eu"], "us", IPAddress.Parse("192.0.2.7"), "https://eu.example.com", now.AddSeconds(60));
        var protector = scene.Eu.Get<ForwardedCallProtector>();

        (await CallAsync(scene.Us, device, protector.Protect(good))).Headers.GetValues("Heliograph-Region").ShouldBe(["us"]);
        // Clocks may differ by a minute.
        (await CallAsync(scene.Us, device, protector.Protect(good with { ExpiresAt = now.AddSeconds(-30) }))).Status.ShouldBe(HttpStatusCode.OK);
        (await CallAsync(scene.Us, device, protector.Protect(good with { ExpiresAt = now.AddSeconds(-90) })))
            .ShouldBeError(HttpStatusCode.BadRequest, "BAD_REQUEST", "it has expired");
        (await CallAsync(scene.Eu, device, protector.Protect(good))).ShouldBeError(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE", "came to region 'eu'");
        var twice = await scene.Us.Api.SendAsync(HttpMethod.Post, "/v1/client/connect", ApiClient.ConnectBody(device), configure: request =>
            request.Headers.Add("Heliograph-Forwarded", [protector.Protect(good), protector.Protect(good)]));
        twice.Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Header_WhereNoRegionsAreConfigured_IsOverlooked()
    {
        await using var service = await TestService.StartAsync();
        using var key = new SigningKey();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);

        (await CallAsync(service, device, "nonsense")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Call_ThatRegistriesSendInCircles_EndsAndSaysSo()
    {
        using var other = new TempFolder();
        await using var scene = await RegionScene.StartAsync(areWired: false);
        var device = await scene.CreateDeviceAsync("us");
        // Two registries that were one: in the copy, the product lives elsewhere.
        await scene.StopRegionAsync("us");
        await scene.StopRegionAsync("eu");
        File.Copy(Path.Combine(scene.Folder.FullName, "heliograph.db"), other.PathOf("heliograph.db"));
        await scene.StartRegionAsync("eu");
        await scene.StartRegionAsync("us", other.Info);
        await scene.Us.Get<Server.Registry.ProductStore>().ModifyAsync(
            Server.Registry.Actor.Service("or-operator"), device.Product, new() { Region = "eu" }, default);
        await scene.KnowEachOtherAsync();

        foreach (var service in (TestService[])[scene.Eu, scene.Us])
        {
            var answer = await service.Api.ConnectClientAsync(device);
            answer.ShouldBeError(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE", "round in circles");
            answer.Message!.ShouldContain("eu → us → eu");
            answer.Headers.RetryAfter.ShouldNotBeNull();
        }
    }

    private static Task<ApiAnswer> CallAsync(TestService service, DeviceAddress device, string header) => service.Api.SendAsync(
        HttpMethod.Post, "/v1/client/connect", ApiClient.ConnectBody(device),
        configure: request => request.Headers.TryAddWithoutValidation("Heliograph-Forwarded", header));
}
