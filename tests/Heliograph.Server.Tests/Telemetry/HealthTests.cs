using System.Net;
using Heliograph.Testing;
using Microsoft.Extensions.Hosting;

namespace Heliograph.Server.Tests.Telemetry;

/// <summary><c>/health/live</c> and <c>/health/ready</c>.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Running_IsLiveAndReady()
    {
        await using var service = await TestService.StartAsync();

        var live = await service.Api.SendAsync(HttpMethod.Get, "/health/live");
        var ready = await service.Api.SendAsync(HttpMethod.Get, "/health/ready");

        live.Require(HttpStatusCode.OK).ToJsonString().ShouldBe("""{"status":"live"}""");
        var body = ready.Require(HttpStatusCode.OK);
        body.Fields().ShouldBe(["status", "version", "region", "registry", "backplane"]);
        (body.Text("status"), body.Text("region"), body.Text("registry"), body.Text("backplane")).ShouldBe(("ready", "local", "ok", "ok"));
        body.Text("version").ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNzd29yZA==")]
    [InlineData("nonsense")]
    [InlineData("Bearer hgk_nonsense")]
    public async Task Ready_ForWhoIsNotTheOperator_IsAnswered(string authorization)
    {
        await using var service = await TestService.StartAsync();

        var ready = await service.Api.SendAsync(HttpMethod.Get, "/health/ready", configure: request =>
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        });

        ready.Require(HttpStatusCode.OK).Text("status").ShouldBe("ready");
    }

    [Fact]
    public async Task WithoutItsRegistry_IsLiveButNotReady()
    {
        var folder = Directory.CreateTempSubdirectory("heliograph-test-");
        await using var service = await TestService.StartAsync(folder: folder);
        service.ExpectError("The registry failed");
        service.ExpectError("Microsoft.EntityFrameworkCore");
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        // Away at once: in a folder that is being emptied the service may still make a file.
        folder.MoveTo($"{folder.FullName}-gone");
        folder.Delete(recursive: true);

        (await service.Api.SendAsync(HttpMethod.Get, "/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        var ready = (await service.Api.SendAsync(HttpMethod.Get, "/health/ready")).Require(HttpStatusCode.ServiceUnavailable);
        (ready.Text("status"), ready.Text("registry")).ShouldBe(("unavailable", "unreachable"));
        var answer = await service.Api.ManageAsync(HttpMethod.Get, "/v1/webrtc/products");
        answer.ShouldBeError(HttpStatusCode.ServiceUnavailable, Protocol.ErrorCodes.Unavailable);
        answer.Headers.Contains("Retry-After").ShouldBeTrue();
    }

    [Fact]
    public async Task Stopping_IsNotReadyAndConnectsNobody()
    {
        using var key = new SigningKey();
        // It goes on answering for as long as a peer is being closed.
        await using var service = await TestService.StartAsync(settings => settings.Relay.DrainTime = TimeSpan.FromMinutes(1));
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        Task<(HttpStatusCode Ready, string Status, HttpStatusCode Connect)>? asking = null;
        // Whoever stops the service waits meanwhile.
        using var _ = service.Get<IHostApplicationLifetime>().ApplicationStopping.Register(() => (asking = Task.Run(AskAsync)).Wait(TestPeer.Patience));

        service.Get<IHostApplicationLifetime>().StopApplication();

        (await asking!).ShouldBe((HttpStatusCode.ServiceUnavailable, "stopping", HttpStatusCode.ServiceUnavailable));

        async Task<(HttpStatusCode, string, HttpStatusCode)> AskAsync()
        {
            var ready = await service.Api.SendAsync(HttpMethod.Get, "/health/ready");
            var connect = await service.Api.ConnectClientAsync(device);
            connect.Code.ShouldBe(Protocol.ErrorCodes.Unavailable);
            connect.Headers.Contains("Retry-After").ShouldBeTrue();
            return (ready.Status, ready.Json.Text("status"), connect.Status);
        }
    }
}
