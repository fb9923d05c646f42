using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Management;

/// <summary><c>connected</c> and <c>lastConnect</c> of a device.</summary>
public class PresenceTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private ApiClient Api => fixture.Api;

    [Fact]
    public async Task Device_ThatOnlyAskedForAUrl_IsNotConnected()
    {
        var address = await fixture.CreateDeviceAsync();
        (await Api.ConnectDeviceAsync(address, fixture.DeviceKey.DeviceToken(address))).Require(HttpStatusCode.OK);

        (await GetAsync(address)).ShouldBe((false, null));
    }

    [Fact]
    public async Task Device_WhileItsSocketIsOpen_IsConnected()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        var address = await fixture.CreateDeviceAsync();
        await using var device = await Api.OpenDeviceAsync(address, fixture.DeviceKey);
        await device.DrainAsync();

        var (connected, lastConnect) = await GetAsync(address);

        connected.ShouldBeTrue();
        lastConnect.ShouldNotBeNull().ShouldBeInRange(before, DateTimeOffset.UtcNow.AddSeconds(1));
        (await Api.ConnectClientAsync(address)).Json["deviceOnline"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Device_AfterItsSocketEnded_IsNotConnectedAndKeepsLastConnect(bool inOrder)
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await Api.OpenDeviceAsync(address, fixture.DeviceKey);
        await device.DrainAsync();
        var (_, lastConnect) = await GetAsync(address);

        if (inOrder)
            await device.CloseAsync();
        else
            device.Cut();

        await Eventually.HoldsAsync("not connected", async () => (await GetAsync(address)).Connected ? "still connected" : null);
        (await GetAsync(address)).ShouldBe((false, lastConnect));
        (await Api.ConnectClientAsync(address)).Json["deviceOnline"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task Device_TakenOver_StaysConnected()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var older = await Api.OpenDeviceAsync(address, fixture.DeviceKey);
        await older.DrainAsync();
        var (_, first) = await GetAsync(address);

        await using var newer = await Api.OpenDeviceAsync(address, fixture.DeviceKey);
        await newer.DrainAsync();
        await older.Ended;

        // Until the older one's end has been dealt with entirely: it must change nothing.
        await Eventually.HoldsAsync(
            "the older one's end",
            () => fixture.Service.Log.Any(line => line.Contains($"Device {address} disconnected: replaced", StringComparison.Ordinal)));
        var (connected, second) = await GetAsync(address);
        connected.ShouldBeTrue();
        second.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(first.ShouldNotBeNull());
    }

    [Fact]
    public async Task List_ShowsPresenceToo()
    {
        var product = await Api.CreateProductAsync();
        var away = await Api.CreateDeviceAsync(product, fixture.DeviceKey);
        var here = await Api.CreateDeviceAsync(product, fixture.DeviceKey);
        await using var device = await Api.OpenDeviceAsync(here, fixture.DeviceKey);
        await device.DrainAsync();

        var list = (await Api.ManageAsync(HttpMethod.Get, $"{Paths.Of(product)}/devices")).Require(HttpStatusCode.OK).AsArray();

        foreach (var item in list)
        {
            var isHere = item!.Text("deviceId") == here.Device.Value;
            item!["connected"]!.GetValue<bool>().ShouldBe(isHere);
            (item!["lastConnect"] is not null).ShouldBe(isHere);
        }

        list.Select(x => x!.Text("deviceId")).ShouldContain(away.Device.Value);
    }

    [Fact]
    public async Task LastConnect_SurvivesARestart()
    {
        await using var first = await TestService.StartAsync();
        var address = await first.Api.CreateDeviceAsync(await first.Api.CreateProductAsync(), fixture.DeviceKey);
        await using (var device = await first.Api.OpenDeviceAsync(address, fixture.DeviceKey))
            await device.DrainAsync();

        await using var second = await first.RestartAsync();

        var answer = (await second.Api.ManageAsync(HttpMethod.Get, Paths.Of(address))).Require(HttpStatusCode.OK);
        answer["connected"]!.GetValue<bool>().ShouldBeFalse();
        answer["lastConnect"].ShouldNotBeNull();
    }

    private async Task<(bool Connected, DateTimeOffset? LastConnect)> GetAsync(DeviceAddress address)
    {
        var device = (await Api.ManageAsync(HttpMethod.Get, Paths.Of(address))).Require(HttpStatusCode.OK);
        return (device["connected"]!.GetValue<bool>(), device["lastConnect"]?.GetValue<DateTimeOffset>());
    }
}
