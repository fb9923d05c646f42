using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Heliograph.Server.Regions;
using Heliograph.Testing;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Tests.Regions;

/// <summary>Regions that are down, slow, or not what they should be.</summary>
public sealed class RegionDownTests
{
    private static readonly string[] Calls = ["/v1/device/connect", "/v1/client/connect", "/v1/ice-servers"];

    [Fact]
    public async Task RegionDown_ItsProductsAreUnavailableAndAllOthersGoOn_UntilItIsBack()
    {
        await using var scene = await RegionScene.StartAsync();
        var (here, there) = (await scene.CreateDeviceAsync("eu"), await scene.CreateDeviceAsync("us"));
        var manage = $"/v1/webrtc/products/{there.Product}";
        (await scene.Eu.Api.ConnectClientAsync(there)).Require(HttpStatusCode.OK);

        await scene.StopRegionAsync("us");

        for (var i = 0; i < 3; i++)
        {
            foreach (var call in Calls)
            {
                var answer = await scene.Eu.Api.SendAsync(
                    HttpMethod.Post, call, ApiClient.ConnectBody(there), scene.DeviceKey.DeviceToken(there), request => request.Headers.Add("Origin", "https://app.example.com"));
                ShouldBeUnavailable(answer);
                answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
                answer.Headers.GetValues("Access-Control-Expose-Headers").ShouldBe(["Retry-After"]);
            }

            ShouldBeUnavailable(await scene.Eu.Api.ManageAsync(HttpMethod.Get, manage));
        }

        ShouldBeUnavailable(await scene.Eu.Api.ManageAsync(HttpMethod.Post, "/v1/webrtc/products", new JsonObject { ["region"] = "us" }));
        (await scene.Eu.Api.SendAsync(HttpMethod.Get, "/metrics")).Body.ShouldContain("heliograph_regions_calls_total{region=\"us\",outcome=\"refused\"}");
        var preflight = await scene.Eu.Api.SendAsync(HttpMethod.Options, Calls[0], configure: request =>
        {
            request.Headers.Add("Origin", "https://app.example.com");
            request.Headers.Add("Access-Control-Request-Method", "POST");
        });
        preflight.Status.ShouldBe(HttpStatusCode.NoContent);

        await using var device = await scene.Eu.Api.OpenDeviceAsync(here, scene.DeviceKey);
        (await scene.Eu.Api.ConnectClientAsync(here)).Json["deviceOnline"]!.GetValue<bool>().ShouldBeTrue();
        (await scene.Eu.Api.ManageAsync(HttpMethod.Get, "/v1/webrtc/products")).Json.AsArray().Count.ShouldBe(2);
        (await scene.Eu.Api.ManageAsync(HttpMethod.Get, "/v1/apikeys")).Status.ShouldBe(HttpStatusCode.OK);
        (await scene.Eu.Api.ManageAsync(HttpMethod.Get, "/v1/audit-log")).Status.ShouldBe(HttpStatusCode.OK);
        await HealthIsAsync(scene.Eu, "unreachable");

        await scene.StartRegionAsync("us");
        await HealthIsAsync(scene.Eu, "ok");
        (await scene.Eu.Api.ConnectClientAsync(there)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task RegionDown_ItsProductCanBeMovedAway()
    {
        await using var scene = await RegionScene.StartAsync();
        var device = await scene.CreateDeviceAsync("us");
        await scene.StopRegionAsync("us");

        (await scene.Eu.Api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{device.Product}", new JsonObject { ["region"] = "eu" })).Require(HttpStatusCode.OK);

        await using var peer = await scene.Eu.Api.OpenDeviceAsync(device, scene.DeviceKey);
    }

    [Fact]
    public async Task RegionThatDoesNotAnswer_IsGivenUpAndThenNotEvenCalled()
    {
        var release = new TaskCompletionSource();
        await using var slow = await FakeRegion.StartAsync("asia", http => release.Task.WaitAsync(http.RequestAborted));
        slow.IsHealthy = false;
        await using var scene = await StartAsync(slow);
        var device = await CreateDeviceAsync(scene, "asia");

        await Eventually.HoldsAsync("the circuit is open", async () =>
        {
            ShouldBeUnavailable(await scene.Eu.Api.ConnectClientAsync(device));
            return scene.Eu.Get<RegionDirectory>().Find("asia")!.Circuit.IsOpen;
        });

        var calls = slow.Calls.Count;
        for (var i = 0; i < 20; i++)
            ShouldBeUnavailable(await scene.Eu.Api.ConnectClientAsync(device));
        slow.Calls.Count.ShouldBe(calls);
        release.SetResult();
    }

    [Fact]
    public async Task RegionThatAnswersTooLate_IsATimeoutAndCountedSo()
    {
        await using var slow = await FakeRegion.StartAsync("asia", http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        await using var scene = await StartAsync(slow);
        var device = await CreateDeviceAsync(scene, "asia");

        ShouldBeUnavailable(await scene.Eu.Api.ConnectClientAsync(device));

        slow.Calls.ShouldContain("/v1/client/connect");
        (await scene.Eu.Api.SendAsync(HttpMethod.Get, "/metrics")).Body.ShouldContain("heliograph_regions_calls_total{region=\"asia\",outcome=\"timeout\"} 1");
    }

    [Fact]
    public async Task LoadBalancerWithoutANode_IsAnsweredInTheProtocolsForm()
    {
        await using var balancer = await FakeRegion.StartAsync("asia", http =>
        {
            http.Response.StatusCode = 503;
            http.Response.ContentType = "text/html";
            return http.Response.WriteAsync("<html><body>503 Service Unavailable</body></html>");
        });
        await using var scene = await RegionScene.StartAsync(others: ("asia", balancer.Url));
        var device = await CreateDeviceAsync(scene, "asia");

        ShouldBeUnavailable(await scene.Eu.Api.ConnectClientAsync(device));
    }

    [Fact]
    public async Task AnswerThatBreaksOff_IsCutForTheCallerToo()
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var broken = await FakeRegion.StartAsync("asia", async http =>
        {
            http.Response.Headers["Heliograph-Region"] = "asia";
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("[{\"half\":");
            await http.Response.Body.FlushAsync();
            await seen.Task.WaitAsync(http.RequestAborted);
            http.Abort();
        });
        await using var scene = await RegionScene.StartAsync(others: ("asia", broken.Url));
        var device = await CreateDeviceAsync(scene, "asia");

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/webrtc/products/{device.Product}/devices");
        request.Headers.Authorization = new("Bearer", scene.Eu.Api.ApiKey);

        using var answer = await scene.Eu.Api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        seen.SetResult();

        await Should.ThrowAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Headers_OfTheConnectionAndOfWhereItComesFrom_EndAtTheRegion()
    {
        Dictionary<string, string>? received = null;
        await using var region = await FakeRegion.StartAsync("asia", http =>
        {
            received = http.Request.Headers.ToDictionary(x => x.Key, x => x.Value.ToString(), StringComparer.Ordinal);
            http.Response.Headers["Heliograph-Region"] = "asia";
            http.Response.Headers.Connection = "X-Hop";
            http.Response.Headers["X-Hop"] = "1";
            http.Response.Headers["X-Own"] = "1";
            http.Response.Headers.AccessControlAllowOrigin = "https://other.example.com";
            http.Response.Headers.RetryAfter = "7";
            http.Response.StatusCode = 429;
            return http.Response.WriteAsync("{}");
        });
        await using var scene = await RegionScene.StartAsync(others: ("asia", region.Url));
        var device = await CreateDeviceAsync(scene, "asia");
        await using var connection = await RawConnection.ConnectAsync(scene.UrlOf("eu"));
        var body = await ApiClient.ConnectBody(device).ReadAsStringAsync(TestContext.Current.CancellationToken);

        // Connection without keep-alive: beside that, Kestrel forgets the other words.
        await connection.SendAsync(
            $"POST /v1/client/connect?a=%2F HTTP/1.1\r\nHost: eu.example.com\r\nContent-Length: {body.Length}\r\nContent-Type: application/json; charset=utf-8\r\n"
            + "Connection: X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nProxy-Authorization: x\r\nUpgrade: h2c\r\nCookie: a=b\r\nForwarded: for=1.2.3.4\r\n"
            + "X-Forwarded-For: 1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\nOrigin: https://app.example.com\r\nAuthorization: Bearer token\r\nX-Kept: yes\r\n\r\n" + body);
        var answer = (await connection.ReadAnswerAsync())!;

        received!.Keys.Order(StringComparer.Ordinal).ShouldBe(["Authorization", "Content-Length", "Content-Type", "Heliograph-Forwarded", "Host", "X-Kept"]);
        received["Authorization"].ShouldBe("Bearer token");
        received["Host"].ShouldBe(new Uri(region.Url).Authority);
        received["Content-Type"].ShouldBe("application/json; charset=utf-8");
        answer.Status.ShouldBe(429);
        answer.Headers["Retry-After"].ShouldBe("7");
        answer.Headers["Access-Control-Allow-Origin"].ShouldBe("*");
        answer.Headers["X-Own"].ShouldBe("1");
        answer.Headers.Keys.ShouldNotContain("X-Hop");
        answer.Headers.Keys.ShouldNotContain("Heliograph-Region");
    }

    [Fact]
    public async Task Health_OfAUrlThatLeadsToAnotherRegion_SaysSo()
    {
        await using var scene = await RegionScene.StartAsync();
        await using var wrong = await FakeRegion.StartAsync("africa", _ => Task.CompletedTask);
        await using var third = await RegionScene.StartAsync(others: ("asia", wrong.Url));

        await Eventually.HoldsAsync("the health says it", async () =>
        {
            var regions = (await third.Eu.Api.SendAsync(HttpMethod.Get, "/health/ready")).Json["regions"]!.AsArray();
            var asia = regions.Single(x => x!.Text("name") == "asia")!;
            return asia["seen"]?.GetValue<string>().Contains("by a node of region 'africa'") == true ? null : asia.ToJsonString();
        });
    }

    [Fact]
    public async Task ProductOfARegionThatIsNotConfigured_IsToldAndCanBeMovedHere()
    {
        await using var scene = await RegionScene.StartAsync();
        var device = await CreateDeviceAsync(scene, "atlantis");

        (await scene.Eu.Api.ConnectClientAsync(device)).ShouldBeError(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE", "'atlantis'");
        (await scene.Eu.Api.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{device.Product}")).Status.ShouldBe(HttpStatusCode.OK);
        (await scene.Eu.Api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{device.Product}", new JsonObject { ["region"] = "us" })).Require(HttpStatusCode.OK);

        // The product is found, and it has no device.
        (await scene.Eu.Api.ConnectClientAsync(device)).ShouldBeError(HttpStatusCode.NotFound, "DEVICE_ID_NOT_FOUND");
    }

    [Fact]
    public async Task CallsUnderWay_AtTheirLimit_AreRefusedAtOnce()
    {
        var release = new TaskCompletionSource();
        await using var region = await FakeRegion.StartAsync("asia", async http =>
        {
            await release.Task.WaitAsync(http.RequestAborted);
            http.Response.Headers["Heliograph-Region"] = "asia";
        });
        await using var scene = await RegionScene.StartAsync((_, settings) => settings.Regions.MaxCalls = 2, others: ("asia", region.Url));
        var device = await CreateDeviceAsync(scene, "asia");

        var waiting = Enumerable.Range(0, 2).Select(_ => scene.Eu.Api.ConnectClientAsync(device)).ToList();
        await Eventually.HoldsAsync("both calls have come", () => region.Calls.Count == 2);
        ShouldBeUnavailable(await scene.Eu.Api.ConnectClientAsync(device));
        release.SetResult();

        (await Task.WhenAll(waiting)).ShouldAllBe(x => x.Status == HttpStatusCode.OK);
    }

    private static Task<RegionScene> StartAsync(FakeRegion region) => RegionScene.StartAsync(
        (_, settings) => settings.Regions.ResponseTimeout = TimeSpan.FromSeconds(3), others: ("asia", region.Url));

    /// <summary>A product that is said to live in a region that is no service of the test's.</summary>
    private static async Task<DeviceAddress> CreateDeviceAsync(RegionScene scene, string region)
    {
        var product = await scene.Eu.Get<ProductStore>().CreateAsync(Actor.Service("or-operator"), region, "test", null, default);
        return new(ProductId.Parse(product.ProductId), DeviceId.New());
    }

    private static void ShouldBeUnavailable(ApiAnswer answer)
    {
        answer.ShouldBeError(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE", "can't be reached");
        answer.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    private static Task HealthIsAsync(TestService service, string status) => Eventually.HoldsAsync($"the other region is {status}", async () =>
    {
        var answer = (await service.Api.SendAsync(HttpMethod.Get, "/health/ready")).Require(HttpStatusCode.OK);
        answer.Text("status").ShouldBe("ready");
        return answer["regions"]![0]!.Text("status") == status ? null : answer.ToJsonString();
    });
}
