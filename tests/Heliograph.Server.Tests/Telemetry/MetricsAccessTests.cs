using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Telemetry;

/// <summary>Who may read <c>/metrics</c>: callers on this machine, read keys of the operator's organization, or all where it is public.</summary>
public sealed class MetricsAccessTests
{
    /// <summary>What a proxy on the same machine adds: the caller is not on it then.</summary>
    private static readonly Action<HttpRequestMessage> Forwarded = request => request.Headers.Add("X-Forwarded-For", "203.0.113.9");

    [Fact]
    public async Task Local_NeedsNoKey()
    {
        await using var service = await TestService.StartAsync();

        (await service.Api.SendAsync(HttpMethod.Get, "/metrics")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(false, "203.0.113.9")]
    [InlineData(true, "203.0.113.9")]
    [InlineData(true, "127.0.0.1")]
    public async Task Remote_NeedsAReadKeyOfTheOperator(bool isProxyTrusted, string address)
    {
        await using var service = await TestService.StartAsync(settings =>
        {
            if (isProxyTrusted)
                settings.Service.TrustedProxies.Add("127.0.0.1");
        });
        var stranger = await service.Api.CreateApiKeyAsync("or-other");
        var manageOnly = (await service.Api.ManageAsync(HttpMethod.Post, "/v1/apikeys", new JsonObject { ["scopes"] = new JsonArray("manage") })).Json.Text("key");

        (await GetAsync(null)).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        (await GetAsync("nonsense")).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        (await GetAsync(stranger)).ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
        (await GetAsync(manageOnly)).ShouldBeError(HttpStatusCode.Forbidden, ErrorCodes.AccessDenied);
        (await GetAsync(service.Api.ApiKey)).Status.ShouldBe(HttpStatusCode.OK);

        Task<ApiAnswer> GetAsync(string? key) => service.Api.SendAsync(
            HttpMethod.Get, "/metrics", bearer: key, configure: request => request.Headers.Add("X-Forwarded-For", address));
    }

    [Fact]
    public async Task Public_IsForAll()
    {
        await using var service = await TestService.StartAsync(settings => settings.Telemetry.IsPublic = true);

        (await service.Api.SendAsync(HttpMethod.Get, "/metrics", configure: Forwarded)).Status.ShouldBe(HttpStatusCode.OK);
    }
}
