using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Management;
using Heliograph.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Registry;

/// <summary>When a key was last used: when it last let a token in.</summary>
public class KeyUseTests : IDisposable
{
    private readonly SigningKey _key = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task Connect_OfDeviceAndClient_IsTheLastUseOfItsKeyAlone()
    {
        await using var service = await StartAsync();
        var device = await CreateAsync(service);
        (await LastUsesAsync(service, device)).ShouldBe((null, null));

        _clock.Advance(TimeSpan.FromSeconds(1));
        var first = Now();
        (await service.Api.ConnectDeviceAsync(device, _key.DeviceToken(device, clock: _clock))).Require(HttpStatusCode.OK);
        (await LastUsesAsync(service, device)).ShouldBe((null, first));

        _clock.Advance(TimeSpan.FromSeconds(1));
        var second = Now();
        (await service.Api.ConnectClientAsync(device, _key.ClientToken(device, clock: _clock))).Require(HttpStatusCode.OK);
        (await LastUsesAsync(service, device)).ShouldBe((second, first));

        _clock.Advance(TimeSpan.FromSeconds(1));
        (await service.Api.IceServersAsync(device, _key.DeviceToken(device, clock: _clock))).Require(HttpStatusCode.OK);
        (await LastUsesAsync(service, device)).ShouldBe((second, Now()));
    }

    [Fact]
    public async Task Refusal_IsNoUse()
    {
        await using var service = await StartAsync();
        var device = await CreateAsync(service);
        var other = await service.Api.CreateDeviceAsync(device.Product, _key);

        await service.Api.ConnectDeviceAsync(device, _key.DeviceToken(device, scope: "turn", clock: _clock));
        await service.Api.ConnectDeviceAsync(device, _key.DeviceToken(other, clock: _clock));
        await service.Api.ConnectClientAsync(device, _key.ClientToken(device, scope: "", clock: _clock));
        await service.Api.ConnectClientAsync(device);

        (await LastUsesAsync(service, device)).ShouldBe((null, null));
    }

    [Fact]
    public async Task LastUse_IsThereAfterARestart()
    {
        var first = await StartAsync();
        var device = await CreateAsync(first);
        var at = Now();
        (await first.Api.ConnectDeviceAsync(device, _key.DeviceToken(device, clock: _clock))).Require(HttpStatusCode.OK);
        (await first.Api.ConnectClientAsync(device, _key.ClientToken(device, clock: _clock))).Require(HttpStatusCode.OK);
        _clock.Advance(TimeSpan.FromMinutes(1));

        await using var second = await first.RestartAsync(build: UseClock);

        (await LastUsesAsync(second, device)).ShouldBe((at, at));
    }

    [Fact]
    public async Task Key_RemovedAndAddedAgain_HasNotBeenUsed()
    {
        await using var service = await StartAsync();
        var device = await CreateAsync(service);
        (await service.Api.ConnectDeviceAsync(device, _key.DeviceToken(device, clock: _clock))).Require(HttpStatusCode.OK);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await service.Api.ManageAsync(HttpMethod.Delete, $"{Paths.Of(device)}/publickeys/{_key.IdFor(KeyOwner.Device)}");
        await service.Api.AddDeviceKeyAsync(device, _key);

        (await LastUsesAsync(service, device)).ShouldBe((null, null));
        // Asking for usage writes what has gathered.
        (await service.Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(device)}/usage")).Require(HttpStatusCode.OK);
        (await LastUsesAsync(service, device)).ShouldBe((null, null));
    }

    private Task<TestService> StartAsync() => TestService.StartAsync(build: UseClock);

    private void UseClock(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(_clock);

    private async Task<DeviceAddress> CreateAsync(TestService service)
    {
        var product = await service.Api.CreateProductAsync();
        await service.Api.AddProductKeyAsync(product, _key);
        return await service.Api.CreateDeviceAsync(product, _key);
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_clock.GetUtcNow().ToUnixTimeMilliseconds());

    private static async Task<(DateTimeOffset? Product, DateTimeOffset? Device)> LastUsesAsync(TestService service, DeviceAddress device)
    {
        return (await OfAsync(Paths.Of(device.Product)), await OfAsync(Paths.Of(device)));

        async Task<DateTimeOffset?> OfAsync(string path) =>
            (await service.Api.ManageAsync(HttpMethod.Get, path)).Require(HttpStatusCode.OK)["publicKeys"]![0]!["lastUsed"]?.GetValue<DateTimeOffset>();
    }
}
