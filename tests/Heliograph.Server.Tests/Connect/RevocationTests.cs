using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Management;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Connect;

/// <summary>A removed key, a deleted device, a deleted product: refused at once, and what stood on it is closed.</summary>
public class RevocationTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private readonly SigningKey _deviceKey = new();
    private readonly SigningKey _productKey = new();
    private TestService _service = null!;
    private DeviceAddress _device;

    private ApiClient Api => _service.Api;

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(_clock));
        var product = await Api.CreateProductAsync();
        await Api.AddProductKeyAsync(product, _productKey);
        _device = await Api.CreateDeviceAsync(product, _deviceKey);
        _clock.Advance(TimeSpan.FromSeconds(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _deviceKey.Dispose();
        _productKey.Dispose();
    }

    [Fact]
    public async Task DeviceKey_Removed_ClosesTheDeviceAloneAndIsRefused()
    {
        await using var device = await Api.OpenDeviceAsync(_device, _deviceKey);
        var (client, _, _) = await Api.OpenClientAsync(_device);
        await using var peer = client;
        await client.DrainAsync();
        var url = (await Api.ConnectDeviceAsync(_device, DeviceToken())).Json.Text("signalingUrl");

        await RemoveDeviceKeyAsync();

        await device.Ended;
        device.CloseCode.ShouldBe(4002);
        (await Api.ConnectDeviceAsync(_device, DeviceToken())).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        (await Api.IceServersAsync(_device, DeviceToken())).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        await RefusedAsync(url);
        await client.DrainAsync();
    }

    [Fact]
    public async Task DeviceKey_Removed_LeavesAConnectionOfAnotherKeyAlone()
    {
        using var second = new SigningKey();
        await Api.AddDeviceKeyAsync(_device, second);
        await using var device = await Api.OpenDeviceAsync(_device, second);
        await device.DrainAsync();

        await RemoveDeviceKeyAsync();

        await device.DrainAsync();
        (await Api.ConnectDeviceAsync(_device, second.DeviceToken(_device))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task DeviceKey_OnTwoDevices_IsRemovedFromOneAlone()
    {
        var sibling = await Api.CreateDeviceAsync(_device.Product, _deviceKey);
        await using var device = await Api.OpenDeviceAsync(sibling, _deviceKey);
        await device.DrainAsync();

        await RemoveDeviceKeyAsync();

        await device.DrainAsync();
        (await Api.ConnectDeviceAsync(sibling, _deviceKey.DeviceToken(sibling))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ProductKey_Removed_ClosesAuthorizedClientsAlone()
    {
        await using var device = await Api.OpenDeviceAsync(_device, _deviceKey);
        var (authorized, _, url) = await Api.OpenClientAsync(_device, ClientToken());
        await using var first = authorized;
        var (unauthorized, _, _) = await Api.OpenClientAsync(_device);
        await using var second = unauthorized;
        await unauthorized.DrainAsync();

        await RemoveProductKeyAsync();

        await authorized.Ended;
        authorized.CloseCode.ShouldBe(4002);
        (await Api.ConnectClientAsync(_device, ClientToken())).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        (await Api.IceServersAsync(_device, ClientToken())).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        await RefusedAsync(url);
        await unauthorized.DrainAsync();
        await device.DrainAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DeviceOrProduct_Deleted_ClosesDeviceAndClients(bool isProduct)
    {
        await using var device = await Api.OpenDeviceAsync(_device, _deviceKey);
        var (authorized, _, authorizedUrl) = await Api.OpenClientAsync(_device, ClientToken());
        await using var first = authorized;
        var (unauthorized, _, url) = await Api.OpenClientAsync(_device);
        await using var second = unauthorized;
        await unauthorized.DrainAsync();
        var code = isProduct ? ErrorCodes.ProductIdNotFound : ErrorCodes.DeviceIdNotFound;

        (await Api.ManageAsync(HttpMethod.Delete, isProduct ? Paths.Of(_device.Product) : Paths.Of(_device))).Status.ShouldBe(HttpStatusCode.NoContent);

        foreach (var peer in (TestPeer[])[device, authorized, unauthorized])
        {
            await peer.Ended;
            peer.CloseCode.ShouldBe(4002);
        }

        (await Api.ConnectDeviceAsync(_device, DeviceToken())).ShouldBeError(HttpStatusCode.NotFound, code);
        (await Api.ConnectClientAsync(_device)).ShouldBeError(HttpStatusCode.NotFound, code);
        (await Api.ConnectClientAsync(_device, ClientToken())).ShouldBeError(HttpStatusCode.NotFound, code);
        (await Api.IceServersAsync(_device)).ShouldBeError(HttpStatusCode.NotFound, code);
        await RefusedAsync(url);
        await RefusedAsync(authorizedUrl);
        await RestartAsync();
        await RefusedAsync(url);
        await RefusedAsync(authorizedUrl);
    }

    [Fact]
    public async Task Url_OfBeforeTheRemoval_IsRefusedAfterARestartToo()
    {
        // Within the millisecond that the database keeps of a time.
        _clock.Advance(TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond - _clock.GetUtcNow().Ticks % TimeSpan.TicksPerMillisecond));
        _clock.Advance(TimeSpan.FromTicks(4000));
        var client = (await Api.ConnectClientAsync(_device, ClientToken())).Require(HttpStatusCode.OK).Text("signalingUrl");
        var device = (await Api.ConnectDeviceAsync(_device, DeviceToken())).Require(HttpStatusCode.OK).Text("signalingUrl");
        _clock.Advance(TimeSpan.FromTicks(1000));

        await RemoveProductKeyAsync();
        await RemoveDeviceKeyAsync();
        await RefusedAsync(client);
        await RefusedAsync(device);
        await RestartAsync();

        await RefusedAsync(client);
        await RefusedAsync(device);
    }

    [Fact]
    public async Task Key_AddedAgainLater_Works()
    {
        await RemoveDeviceKeyAsync();
        await RemoveProductKeyAsync();
        _clock.Advance(TimeSpan.FromSeconds(10));
        await Api.AddDeviceKeyAsync(_device, _deviceKey);
        await Api.AddProductKeyAsync(_device.Product, _productKey);

        for (var i = 0; i < 2; i++)
        {
            await using var device = await Api.OpenDeviceAsync(_device, _deviceKey);
            await device.DrainAsync();
            var (client, _, _) = await Api.OpenClientAsync(_device, ClientToken());
            await using var peer = client;
            await client.DrainAsync();
            await RestartAsync();
        }
    }

    [Fact]
    public async Task Device_MadeAgainWithTheSameId_Works()
    {
        var url = (await Api.ConnectClientAsync(_device)).Json.Text("signalingUrl");
        await Api.ManageAsync(HttpMethod.Delete, Paths.Of(_device));
        _clock.Advance(TimeSpan.FromSeconds(10));
        var ids = new System.Text.Json.Nodes.JsonArray(_device.Device.Value);
        (await Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(_device.Product)}/custom-devices", new System.Text.Json.Nodes.JsonObject { ["deviceIds"] = ids })).Require(HttpStatusCode.OK);
        (await Api.ConnectDeviceAsync(_device, DeviceToken())).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);

        await Api.AddDeviceKeyAsync(_device, _deviceKey);

        await using var device = await Api.OpenDeviceAsync(_device, _deviceKey);
        await device.DrainAsync();
        await RefusedAsync(url);
    }

    [Fact]
    public async Task Key_Added_LeavesUrlsOfBeforeAsTheyAre()
    {
        using var second = new SigningKey();
        var client = (await Api.ConnectClientAsync(_device, ClientToken())).Json.Text("signalingUrl");
        var device = (await Api.ConnectDeviceAsync(_device, DeviceToken())).Json.Text("signalingUrl");

        await Api.AddDeviceKeyAsync(_device, second);
        await Api.AddProductKeyAsync(_device.Product, second);

        await using var one = await TestPeer.OpenAsync(client);
        await one.DrainAsync();
        await using var other = await TestPeer.OpenAsync(device);
        await other.DrainAsync();
    }

    private string DeviceToken() => _deviceKey.DeviceToken(_device);

    private string ClientToken() => _productKey.ClientToken(_device);

    private async Task RemoveDeviceKeyAsync() =>
        (await Api.ManageAsync(HttpMethod.Delete, $"{Paths.Of(_device)}/publickeys/{_deviceKey.IdFor(KeyOwner.Device)}")).Require(HttpStatusCode.OK);

    private async Task RemoveProductKeyAsync() =>
        (await Api.ManageAsync(HttpMethod.Delete, $"{Paths.Of(_device.Product)}/publickeys/{_productKey.IdFor(KeyOwner.Product)}")).Require(HttpStatusCode.OK);

    private async Task RestartAsync()
    {
        var old = _service;
        _service = await old.RestartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(_clock));
        await old.DisposeAsync();
    }

    /// <summary>The URL opens no socket, at whatever address the service is now.</summary>
    private async Task RefusedAsync(string url)
    {
        var path = new Uri(url).PathAndQuery;
        (await Api.SendAsync(HttpMethod.Get, path)).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized, "revoked");
        var error = await Should.ThrowAsync<System.Net.WebSockets.WebSocketException>(() =>
            TestPeer.OpenAsync(Api.BaseUrl.Replace("http://", "ws://", StringComparison.Ordinal) + path));
        error.Message.ShouldContain("401");
    }
}
