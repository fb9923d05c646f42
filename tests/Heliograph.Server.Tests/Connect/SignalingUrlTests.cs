using System.Net;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Connect;

/// <summary>What signaling URLs are built from.</summary>
public class SignalingUrlTests
{
    [Theory]
    [InlineData("https://signaling.example.com", "wss://signaling.example.com")]
    [InlineData("http://signaling.example.com:8080/", "ws://signaling.example.com:8080")]
    [InlineData("https://example.com/base/path", "wss://example.com/base/path")]
    [InlineData("https://example.com/base/", "wss://example.com/base")]
    [InlineData("HTTPS://EXAMPLE.com", "wss://EXAMPLE.com")]
    public async Task Url_IsBuiltFromThePublicUrl(string publicUrl, string expected)
    {
        await using var service = await TestService.StartAsync(settings => settings.Service.PublicUrl = publicUrl);
        using var key = new SigningKey();
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);

        (await UrlAsync(service, device, new() { ["Host"] = "other.example.com", ["X-Forwarded-Proto"] = "http" }))
            .ShouldStartWith($"{expected}/v1/signaling/{device.Product}/{device.Device}?ticket=");
        (await service.Api.ConnectDeviceAsync(device, key.DeviceToken(device))).Json.Text("signalingUrl").ShouldStartWith($"{expected}/v1/signaling/");
    }

    [Fact]
    public async Task Url_WithoutAPublicUrl_IsWhatTheRequestCameTo()
    {
        await using var service = await TestService.StartAsync();
        var device = await CreateDeviceAsync(service);

        (await UrlAsync(service, device, new() { ["Host"] = "cameras.example.com:8443" })).ShouldStartWith("ws://cameras.example.com:8443/v1/signaling/");
    }

    [Fact]
    public async Task ForwardedHeaders_OfAnyone_AreNotBelieved()
    {
        await using var service = await TestService.StartAsync();

        (await UrlAsync(service, await CreateDeviceAsync(service), Forwarded("203.0.113.9"))).ShouldStartWith($"ws://{new Uri(service.BaseUrl).Authority}/v1/signaling/");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.0/8")]
    public async Task ForwardedHeaders_OfATrustedProxy_AreBelieved(string proxy)
    {
        await using var service = await TestService.StartAsync(settings => settings.Service.TrustedProxies.Add(proxy));

        (await UrlAsync(service, await CreateDeviceAsync(service), Forwarded("203.0.113.9"))).ShouldStartWith("wss://public.example.com/v1/signaling/");
    }

    [Fact]
    public async Task ForwardedHeaders_WhereAnotherProxyIsTrusted_AreNotBelieved()
    {
        await using var service = await TestService.StartAsync(settings => settings.Service.TrustedProxies.Add("10.0.0.0/8"));

        (await UrlAsync(service, await CreateDeviceAsync(service), Forwarded("203.0.113.9"))).ShouldStartWith("ws://127.0.0.1:");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RateLimit_CountsTheAddressBehindATrustedProxyAlone(bool isTrusted)
    {
        await using var service = await TestService.StartAsync(settings =>
        {
            settings.RateLimits.PerAddress = settings.RateLimits.PerAddressBurst = 1;
            if (isTrusted)
                settings.Service.TrustedProxies.Add("127.0.0.1");
        });
        var device = await CreateDeviceAsync(service);

        var answers = await Task.WhenAll(Enumerable.Range(1, 50).Select(i =>
            service.Api.SendAsync(HttpMethod.Post, "/v1/client/connect", ApiClient.ConnectBody(device), configure: request =>
                request.Headers.Add("X-Forwarded-For", $"203.0.113.{i}"))));

        answers.Any(x => x.Status == HttpStatusCode.TooManyRequests).ShouldBe(!isTrusted);
    }

    private static Dictionary<string, string> Forwarded(string address) => new(StringComparer.Ordinal)
    {
        ["X-Forwarded-For"] = address,
        ["X-Forwarded-Proto"] = "https",
        ["X-Forwarded-Host"] = "public.example.com",
    };

    private static async Task<DeviceAddress> CreateDeviceAsync(TestService service)
    {
        using var key = new SigningKey();
        return await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
    }

    private static async Task<string> UrlAsync(TestService service, DeviceAddress device, Dictionary<string, string> headers)
    {
        var answer = await service.Api.SendAsync(HttpMethod.Post, "/v1/client/connect", ApiClient.ConnectBody(device), configure: request =>
        {
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
        });
        return answer.Require(HttpStatusCode.OK).Text("signalingUrl");
    }
}
