using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Management;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>Two services on one database: what is changed at one holds at the other.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private readonly SigningKey _deviceKey = new();
    private readonly SigningKey _productKey = new();
    private TestService _a = null!;
    private TestService _b = null!;
    private string _database = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresFixture.CreateDatabaseAsync();
        _a = await TestService.StartAsync(postgres: _database);
        _b = await TestService.StartAsync(postgres: _database);
        var product = await _a.Api.CreateProductAsync();
        await _a.Api.AddProductKeyAsync(product, _productKey);
        _device = await _a.Api.CreateDeviceAsync(product, _deviceKey);
        await HeardAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        _deviceKey.Dispose();
        _productKey.Dispose();
    }

    [Fact]
    public async Task Key_RemovedAtOne_ClosesAndRefusesAtTheOther()
    {
        await using var device = await _b.Api.OpenDeviceAsync(_device, _deviceKey);
        await device.DrainAsync();
        var url = (await _b.Api.ConnectDeviceAsync(_device, DeviceToken())).Json.Text("signalingUrl");

        (await _a.Api.ManageAsync(HttpMethod.Delete, $"{Paths.Of(_device)}/publickeys/{_deviceKey.IdFor(KeyOwner.Device)}")).Require(HttpStatusCode.OK);

        await device.Ended;
        device.CloseCode.ShouldBe(4002);
        (await _b.Api.ConnectDeviceAsync(_device, DeviceToken())).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        foreach (var service in (TestService[])[_a, _b])
            (await service.Api.SendAsync(HttpMethod.Get, new Uri(url).PathAndQuery)).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized, "revoked");
    }

    [Fact]
    public async Task Device_DeletedAtOne_ClosesAndIsGoneAtTheOther()
    {
        await using var device = await _b.Api.OpenDeviceAsync(_device, _deviceKey);
        var (client, _, _) = await _b.Api.OpenClientAsync(_device);
        await using var peer = client;
        await client.DrainAsync();

        (await _a.Api.ManageAsync(HttpMethod.Delete, Paths.Of(_device))).Status.ShouldBe(HttpStatusCode.NoContent);

        await device.Ended;
        await client.Ended;
        (device.CloseCode, client.CloseCode).ShouldBe((4002, 4002));
        (await _b.Api.ConnectDeviceAsync(_device, DeviceToken())).ShouldBeError(HttpStatusCode.NotFound, ErrorCodes.DeviceIdNotFound);
    }

    [Fact]
    public async Task Keys_AddedAtOne_ConnectAtTheOther()
    {
        using var second = new SigningKey();
        (await _b.Api.ConnectClientAsync(_device, second.ClientToken(_device))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await _b.Api.ConnectDeviceAsync(_device, second.DeviceToken(_device))).Status.ShouldBe(HttpStatusCode.Unauthorized);

        await _a.Api.AddProductKeyAsync(_device.Product, second);
        await _a.Api.AddDeviceKeyAsync(_device, second);

        await Eventually.HoldsAsync("the other has heard of both", async () =>
            (await _b.Api.ConnectClientAsync(_device, second.ClientToken(_device))).Status == HttpStatusCode.OK
            && (await _b.Api.ConnectDeviceAsync(_device, second.DeviceToken(_device))).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Device_MadeAfterTheOtherAnswered404_IsThereAtOnce()
    {
        var id = DeviceId.New();
        var device = new DeviceAddress(_device.Product, id);
        (await _b.Api.ConnectClientAsync(device)).ShouldBeError(HttpStatusCode.NotFound, ErrorCodes.DeviceIdNotFound);

        (await _a.Api.ManageAsync(HttpMethod.Post, $"{Paths.Of(_device.Product)}/custom-devices", new System.Text.Json.Nodes.JsonObject { ["deviceIds"] = new System.Text.Json.Nodes.JsonArray(id.Value) }))
            .Require(HttpStatusCode.OK);

        (await _b.Api.ConnectClientAsync(device)).Require(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Product_ModifiedAtOne_IsSoAtTheOther()
    {
        (await _a.Api.ManageAsync(HttpMethod.Post, Paths.Of(_device.Product), new System.Text.Json.Nodes.JsonObject { ["name"] = "new" })).Require(HttpStatusCode.OK);

        (await _b.Api.ManageAsync(HttpMethod.Get, Paths.Of(_device.Product))).Require(HttpStatusCode.OK).Text("name").ShouldBe("new");
    }

    [Fact]
    public async Task SignalingUrl_OfOne_OpensAtTheOther()
    {
        var url = new Uri((await _a.Api.ConnectDeviceAsync(_device, DeviceToken())).Json.Text("signalingUrl")).PathAndQuery;

        await using var device = await TestPeer.OpenAsync(_b.BaseUrl.Replace("http://", "ws://", StringComparison.Ordinal) + url);

        await device.DrainAsync();
    }

    /// <summary>It was cut off from the database while another node removed a key, and has given out tickets for it since.</summary>
    [Fact]
    public async Task Key_RemovedWhileTheOtherHeardNothing_ClosesThereWhenItHearsAgain()
    {
        await using var device = await _b.Api.OpenDeviceAsync(_device, _deviceKey);
        await device.DrainAsync();
        // As if another node had done it and no word of it had come.
        var key = _deviceKey.IdFor(KeyOwner.Device);
        await (await PostgresFixture.ServerAsync()).ExecuteAsync(
            $"""
            DELETE FROM "DeviceKeys" WHERE "DeviceId" = '{_device.Device}';
            INSERT INTO "Revocations" VALUES ('{_device.Product}/{_device.Device}/{key}', {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()})
            """,
            DatabaseName);
        (await _b.Api.ConnectDeviceAsync(_device, DeviceToken())).Require(HttpStatusCode.OK);
        _a.ExpectError("The registry failed");
        _b.ExpectError("The registry failed");

        await CutListenersAsync();

        await device.Ended;
        device.CloseCode.ShouldBe(4002);
        (await _b.Api.ConnectDeviceAsync(_device, DeviceToken())).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
    }

    [Fact]
    public async Task Devices_MadeAtBothAtOnceWithOneId_AreMadeOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            var ids = new System.Text.Json.Nodes.JsonArray(DeviceId.New().Value).ToJsonString();
            var answers = await Task.WhenAll(new[] { _a, _b, _a, _b }.Select(service => service.Api.SendAsync(
                HttpMethod.Post, $"{Paths.Of(_device.Product)}/custom-devices", ApiClient.Json($$"""{"deviceIds":{{ids}}}"""), service.Api.ApiKey)));

            answers.Select(x => x.Status).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.Conflict]);
        }
    }

    private string DatabaseName => new Npgsql.NpgsqlConnectionStringBuilder(_database).Database!;

    private string DeviceToken() => _deviceKey.DeviceToken(_device);

    /// <summary>Waits until both nodes have heard of what was made, so that a test's own change is the only news.</summary>
    private async Task HeardAsync()
    {
        foreach (var service in (TestService[])[_a, _b])
            await Eventually.HoldsAsync("it knows the device and its keys", async () => (await service.Api.ConnectDeviceAsync(_device, DeviceToken())).Status == HttpStatusCode.OK);
        await Eventually.HoldsAsync("both listen", async () => await CountListenersAsync() == 2);
    }

    private async Task<long> CountListenersAsync() => (long)(await (await PostgresFixture.ServerAsync()).ExecuteAsync(
        $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{DatabaseName}' AND query LIKE '%pg_current_wal_insert_lsn%'  AND pid <> pg_backend_pid()"))!;

    private async Task CutListenersAsync() => await (await PostgresFixture.ServerAsync()).ExecuteAsync(
        $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{DatabaseName}' AND query LIKE '%pg_current_wal_insert_lsn%' AND pid <> pg_backend_pid()");
}
