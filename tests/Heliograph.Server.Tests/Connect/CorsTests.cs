using System.Net;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Connect;

/// <summary>Peers run in browsers, on pages from anywhere.</summary>
public sealed class CorsTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private const string Origin = "https://app.example.com";

    public static TheoryData<string> Calls => new("/v1/device/connect", "/v1/client/connect", "/v1/ice-servers");

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Preflight_NamesTheHeadersAndAllowsAnyOrigin(string call)
    {
        var answer = await fixture.Api.SendAsync(HttpMethod.Options, call, configure: request =>
        {
            request.Headers.Add("Origin", Origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        });

        answer.Status.ShouldBe(HttpStatusCode.NoContent);
        Header(answer, "Access-Control-Allow-Origin").ShouldBe("*");
        Header(answer, "Access-Control-Allow-Methods").ShouldContain("POST");
        var headers = Header(answer, "Access-Control-Allow-Headers").Split(',', StringSplitOptions.TrimEntries);
        headers.ShouldContain("authorization");
        headers.ShouldContain("content-type");
        answer.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Answer_OfAnyStatus_MayBeReadByThePage(string call)
    {
        var device = await fixture.CreateDeviceAsync();
        var good = call == "/v1/client/connect" ? fixture.ProductKey.ClientToken(device) : fixture.DeviceKey.DeviceToken(device);
        foreach (var (status, body, token) in ((HttpStatusCode, HttpContent, string?)[])
            [(HttpStatusCode.OK, ApiClient.ConnectBody(device), good),
             (HttpStatusCode.BadRequest, ApiClient.Json("nonsense"), good),
             (HttpStatusCode.Unauthorized, ApiClient.ConnectBody(device), "nonsense"),
             (HttpStatusCode.NotFound, ApiClient.Json("""{"productId":"wp-00000000","deviceId":"x"}"""), good),
             (HttpStatusCode.RequestEntityTooLarge, ApiClient.Json(new string(' ', 100_000)), good)])
        {
            var answer = await fixture.Api.SendAsync(HttpMethod.Post, call, body, token, request => request.Headers.Add("Origin", Origin));

            answer.Status.ShouldBe(status);
            Header(answer, "Access-Control-Allow-Origin").ShouldBe("*");
            Header(answer, "Access-Control-Expose-Headers").ShouldBe("Retry-After");
            answer.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
            answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        }
    }

    [Fact]
    public async Task TooManyRequests_MayBeReadByThePageWithRetryAfter()
    {
        await using var service = await TestService.StartAsync(settings => settings.RateLimits.PerAddress = settings.RateLimits.PerAddressBurst = 1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => service.Api.SendAsync(
            HttpMethod.Post, "/v1/client/connect", ApiClient.Json("{}"), configure: request => request.Headers.Add("Origin", Origin))));

        var refused = answers.First(x => x.Status == HttpStatusCode.TooManyRequests);
        Header(refused, "Access-Control-Allow-Origin").ShouldBe("*");
        Header(refused, "Access-Control-Expose-Headers").ShouldBe("Retry-After");
    }

    [Fact]
    public async Task ManagementApi_IsNotForPagesOfOthers()
    {
        var answer = await fixture.Api.SendAsync(
            HttpMethod.Get, "/v1/webrtc/products", bearer: fixture.Api.ApiKey, configure: request => request.Headers.Add("Origin", Origin));

        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    private static string Header(ApiAnswer answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
}
