using System.Net;
using System.Text.RegularExpressions;
using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Connect;

/// <summary>Limits per remote address and per product. A refill of one a second is slow beside any of these floods.</summary>
public partial class RateLimitTests
{
    private const int Flood = 100;
    private const int Burst = 5;

    [Theory]
    [InlineData("/v1/device/connect")]
    [InlineData("/v1/client/connect")]
    [InlineData("/v1/ice-servers")]
    public async Task Flood_FromOneAddress_IsSlowedDownCallByCall(string call)
    {
        await using var service = await TestService.StartAsync(PerAddress);
        using var key = new SigningKey();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);

        var answers = await FloodAsync(service, call, device, token: null);

        answers.Count(x => x.Status != HttpStatusCode.TooManyRequests).ShouldBeGreaterThanOrEqualTo(Burst);
        ShouldBeRefused(answers, "from your address");
        foreach (var other in ((string[])["/v1/device/connect", "/v1/client/connect", "/v1/ice-servers"]).Except([call], StringComparer.Ordinal))
        {
            (await service.Api.SendAsync(HttpMethod.Post, other, ApiClient.ConnectBody(device), key.DeviceToken(device)))
                .Status.ShouldNotBe(HttpStatusCode.TooManyRequests);
        }

        (await service.Api.ManageAsync(HttpMethod.Get, "/v1/webrtc/products")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Flood_WhileAllTurnsAreTaken_IsRefusedAtOnceAndTakesNoPlaceOfOthers()
    {
        await using var service = await TestService.StartAsync(PerAddress);
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), new SigningKey());
        var queue = service.Get<ConnectQueues>().LookUps;
        while (queue.Waiting == 0)
            _ = queue.EnterAsync();
        var waiting = new List<Task<ApiAnswer>>();
        for (var i = 0; i < Burst; i++)
            waiting.Add(service.Api.ConnectClientAsync(device));
        await Eventually.HoldsAsync("those whom the limit lets through wait", () => queue.Waiting == 1 + Burst);

        // A token has come back meanwhile on a slow machine; whoever gets it waits, too.
        var answers = new List<ApiAnswer>();
        for (var i = 0; i < 3; i++)
            answers.Add(await await Task.WhenAny(service.Api.ConnectClientAsync(device), service.Api.ConnectClientAsync(device), service.Api.ConnectClientAsync(device)));

        ShouldBeRefused(answers, "from your address");
        answers.ShouldAllBe(x => x.Status == HttpStatusCode.TooManyRequests);
        while (waiting.Exists(x => !x.IsCompleted))
        {
            queue.Leave();
            await Task.Yield();
        }

        foreach (var call in waiting)
            (await call).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    public async Task Flood_OfBadBodies_IsSlowedDownBeforeTheyAreRead(string body)
    {
        await using var service = await TestService.StartAsync(PerAddress);

        var answers = await Task.WhenAll(Enumerable.Range(0, Flood).Select(_ => service.Api.SendAsync(HttpMethod.Post, "/v1/client/connect", ApiClient.Json(body))));

        answers.Count(x => x.Status == HttpStatusCode.BadRequest).ShouldBeGreaterThanOrEqualTo(Burst);
        ShouldBeRefused(answers, "from your address");
    }

    [Fact]
    public async Task Flood_ThatSpellsThePathDifferently_IsOneFlood()
    {
        await using var service = await TestService.StartAsync(settings =>
            (settings.RateLimits.PerAddress, settings.RateLimits.PerAddressBurst) = (1, Flood));
        using var key = new SigningKey();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        await FloodAsync(service, "/v1/client/connect", device, token: null);

        var others = new List<ApiAnswer>();
        foreach (var path in (string[])["/V1/client/connect", "/v1/Client/connect", "/v1/client/cOnnect/", "/v1/client/%63onnect", "//v1/client/CONNECT"])
            others.AddRange(await FloodAsync(service, service.BaseUrl + path, device, token: null));

        others.ShouldAllBe(x => x.Status == HttpStatusCode.OK || x.Status == HttpStatusCode.TooManyRequests);
        // Had each spelling a bucket of its own, all would have come through.
        others.Count(x => x.Status == HttpStatusCode.OK).ShouldBeLessThan(Flood);
    }

    [Fact]
    public async Task Flood_OfAnonymousClients_DoesNotLockTheDeviceOut()
    {
        await using var service = await TestService.StartAsync(PerProduct);
        using var key = new SigningKey();
        var product = await service.Api.CreateProductAsync();
        var device = await service.Api.CreateDeviceAsync(product, key);

        var answers = await FloodAsync(service, "/v1/client/connect", device, token: null);

        ShouldBeRefused(answers, "for this product");
        (await service.Api.ConnectDeviceAsync(device, key.DeviceToken(device))).Status.ShouldBe(HttpStatusCode.OK);
        (await service.Api.IceServersAsync(device, key.DeviceToken(device))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Flood_ForOneProduct_DoesNotTouchAnother()
    {
        await using var service = await TestService.StartAsync(PerProduct);
        using var key = new SigningKey();
        var one = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        var other = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);

        ShouldBeRefused(await FloodAsync(service, "/v1/device/connect", one, key.DeviceToken(one)), "for this product");

        (await service.Api.ConnectDeviceAsync(other, key.DeviceToken(other))).Status.ShouldBe(HttpStatusCode.OK);
        (await service.Api.ConnectClientAsync(one)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Flood_OfForgedDeviceTokens_DoesNotUseUpTheProductsShare()
    {
        await using var service = await TestService.StartAsync(PerProduct);
        using var key = new SigningKey();
        using var forger = new SigningKey();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);

        (await FloodAsync(service, "/v1/device/connect", device, forger.DeviceToken(device))).ShouldAllBe(x => x.Status == HttpStatusCode.Unauthorized);

        (await service.Api.ConnectDeviceAsync(device, key.DeviceToken(device))).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static void PerAddress(Settings settings) => (settings.RateLimits.PerAddress, settings.RateLimits.PerAddressBurst) = (1, Burst);

    private static void PerProduct(Settings settings) => (settings.RateLimits.PerProduct, settings.RateLimits.PerProductBurst) = (1, Burst);

    private static Task<ApiAnswer[]> FloodAsync(TestService service, string call, DeviceAddress device, string? token) =>
        Task.WhenAll(Enumerable.Range(0, Flood).Select(_ => service.Api.SendAsync(HttpMethod.Post, call, ApiClient.ConnectBody(device), token)));

    private static void ShouldBeRefused(IEnumerable<ApiAnswer> answers, string message)
    {
        var refused = answers.Where(x => x.Status == HttpStatusCode.TooManyRequests).ToList();
        refused.ShouldNotBeEmpty();
        foreach (var answer in refused)
        {
            answer.ShouldBeError(HttpStatusCode.TooManyRequests, ErrorCodes.TooManyRequests, message);
            WholeSeconds().IsMatch(answer.Headers.GetValues("Retry-After").ShouldHaveSingleItem()).ShouldBeTrue();
        }
    }

    [GeneratedRegex("^[1-9][0-9]*$", RegexOptions.NonBacktracking)]
    private static partial Regex WholeSeconds();
}
