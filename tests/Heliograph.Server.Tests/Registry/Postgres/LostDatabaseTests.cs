using System.Diagnostics;
using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Management;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>PostgreSQL is killed, and comes back.</summary>
public sealed class LostDatabaseTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly SigningKey _key = new();
    private PostgresServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task Killed_PeersGoOnAndTheKnownConnect_TheRestIsToldToComeBack()
    {
        await using var service = await StartAsync();
        var (known, unknown) = await MakeDevicesAsync(service);
        await using var device = await service.Api.OpenDeviceAsync(known, _key);
        var (client, channel, _) = await service.Api.OpenClientAsync(known);
        await using var peer = client;
        await client.DrainAsync();
        await device.DrainAsync();
        var unused = (await service.Api.ConnectClientAsync(known)).Json.Text("signalingUrl");
        var errors = service.Log.Count(x => x.StartsWith("Error", StringComparison.Ordinal));

        await _server.KillAsync();

        // Those who are connected.
        await client.SendMessageAsync(channel, "\"hello\"");
        (await device.ReceiveAsync()).ShouldContain("hello");
        // A ticket.
        await using (var late = await TestPeer.OpenAsync(unused))
            await late.DrainAsync();
        // What is known, and what is not.
        (await service.Api.ConnectDeviceAsync(known, _key.DeviceToken(known))).Require(HttpStatusCode.OK);
        (await service.Api.ConnectClientAsync(known)).Require(HttpStatusCode.OK);
        for (var i = 0; i < 20; i++)
        {
            var took = Stopwatch.StartNew();
            foreach (var answer in (ApiAnswer[])[await service.Api.ConnectClientAsync(unknown), await service.Api.ManageAsync(HttpMethod.Get, Paths.Products)])
            {
                answer.ShouldBeError(HttpStatusCode.ServiceUnavailable, ErrorCodes.Unavailable);
                answer.Headers.Contains("Retry-After").ShouldBeTrue();
            }

            took.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        }

        var ready = (await service.Api.SendAsync(HttpMethod.Get, "/health/ready")).Require(HttpStatusCode.OK);
        (ready.Text("status"), ready.Text("registry")).ShouldBe(("degraded", "unreachable"));
        service.Log.Count(x => x.StartsWith("Error", StringComparison.Ordinal)).ShouldBe(errors + 1, string.Join('\n', service.Log));

        await _server.StartAgainAsync();

        await Eventually.HoldsAsync("it is ready", async () => (await service.Api.SendAsync(HttpMethod.Get, "/health/ready")).Json["status"]!.GetValue<string>() == "ready");
        (await service.Api.ConnectClientAsync(unknown)).Require(HttpStatusCode.OK);
        (await service.Api.ManageAsync(HttpMethod.Get, Paths.Products)).Require(HttpStatusCode.OK);
        await Eventually.HoldsAsync("the log says so", () => service.Log.Any(x => x.Contains("The registry works again", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Killed_WithoutACacheLifetime_NobodyIsLetInUnasked()
    {
        await using var service = await StartAsync(TimeSpan.Zero);
        var (known, _) = await MakeDevicesAsync(service);
        await Eventually.HoldsAsync("it is remembered", async () => (await service.Api.ConnectClientAsync(known)).Status == HttpStatusCode.OK);

        await _server.KillAsync();

        await Eventually.HoldsAsync("it believes nothing it remembers", async () =>
            (await service.Api.ConnectClientAsync(known)) is { Status: HttpStatusCode.ServiceUnavailable } answer && answer.Headers.Contains("Retry-After"));
        await _server.StartAgainAsync();
        await Eventually.HoldsAsync("it asks again", async () => (await service.Api.ConnectClientAsync(known)).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Killed_WhatDevicesDid_IsKeptAndWrittenLater()
    {
        await using var service = await StartAsync();
        var (known, _) = await MakeDevicesAsync(service);
        await using var device = await service.Api.OpenDeviceAsync(known, _key);
        var (client, channel, _) = await service.Api.OpenClientAsync(known);
        await using var peer = client;
        await client.DrainAsync();
        await _server.KillAsync();
        for (var i = 0; i < 5; i++)
        {
            await client.SendMessageAsync(channel, "\"hello\"");
            await device.ReceiveAsync();
        }

        await Eventually.HoldsAsync("it tried to write", () => service.Log.Any(x => x.Contains("are kept for the next try", StringComparison.Ordinal)));
        await _server.StartAgainAsync();

        await Eventually.HoldsAsync("all is counted, once", async () =>
        {
            var usage = await service.Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(known)}/usage");
            return usage.Status != HttpStatusCode.OK ? "no answer yet" : usage.Body.Contains(":5", StringComparison.Ordinal) ? null : usage.Body;
        });
    }

    private async Task<TestService> StartAsync(TimeSpan? cacheLifetime = null)
    {
        var database = await _server.CreateDatabaseAsync();
        var service = await TestService.StartAsync(
            settings =>
            {
                settings.Registry.CacheLifetime = cacheLifetime ?? settings.Registry.CacheLifetime;
                settings.Registry.FlushInterval = TimeSpan.FromMilliseconds(200);
            },
            postgres: database);
        service.ExpectError("The registry failed");
        return service;
    }

    private async Task<(DeviceAddress Known, DeviceAddress Unknown)> MakeDevicesAsync(TestService service)
    {
        var product = await service.Api.CreateProductAsync();
        var known = await service.Api.CreateDeviceAsync(product, _key);
        var unknown = await service.Api.CreateDeviceAsync(product, _key);
        return (known, unknown);
    }
}
