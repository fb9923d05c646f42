using System.Net;
using Heliograph.Protocol;
using Heliograph.Registry.Postgres;
using Heliograph.Server.Tests.Management;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>Look-ups at a real read replica, which is behind, gone, or all that is left.</summary>
public sealed class ReplicaTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly SigningKey _key = new();
    private PostgresServer _primary = null!;
    private PostgresServer _replica = null!;
    private TestService _service = null!;
    private TestService _other = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        _primary = await PostgresServer.StartAsync(_folder);
        _replica = await _primary.StartReplicaAsync();
        var database = await _primary.CreateDatabaseAsync();
        var name = new Npgsql.NpgsqlConnectionStringBuilder(database).Database!;
        _service = await TestService.StartAsync(postgres: database, replica: _replica.ConnectionString(name));
        _other = await TestService.StartAsync(postgres: database);
        _device = await _other.Api.CreateDeviceAsync(await _other.Api.CreateProductAsync(), _key);
    }

    public async ValueTask DisposeAsync()
    {
        _service.ExpectError("The registry failed");
        _other.ExpectError("The registry failed");
        await _service.DisposeAsync();
        await _other.DisposeAsync();
        await _primary.DisposeAsync();
        _folder.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task Lookup_OfWhatTheReplicaHasNotYet_IsAnsweredByThePrimary()
    {
        await ReplicaIsGoodAsync();
        await _replica.ExecuteAsync("SELECT pg_wal_replay_pause()");

        var device = await _other.Api.CreateDeviceAsync(_device.Product, _key);

        (await _service.Api.ConnectClientAsync(device)).Require(HttpStatusCode.OK);
    }

    [Fact]
    public async Task KeyRemoved_WhileTheReplicaIsBehind_IsNotBelievedAnyMore()
    {
        await ReplicaIsGoodAsync();
        (await _service.Api.ConnectDeviceAsync(_device, _key.DeviceToken(_device))).Require(HttpStatusCode.OK);
        await _replica.ExecuteAsync("SELECT pg_wal_replay_pause()");

        (await _other.Api.ManageAsync(HttpMethod.Delete, $"{Paths.Of(_device)}/publickeys/{_key.IdFor(KeyOwner.Device)}")).Require(HttpStatusCode.OK);

        await Eventually.HoldsAsync("the key is refused", async () =>
            (await _service.Api.ConnectDeviceAsync(_device, _key.DeviceToken(_device))).Status == HttpStatusCode.Unauthorized);
        _service.Get<PostgresLookups>().IsReplicaGood.ShouldBeFalse();
        await _replica.ExecuteAsync("SELECT pg_wal_replay_resume()");
        await ReplicaIsGoodAsync();
        (await _service.Api.ConnectDeviceAsync(_device, _key.DeviceToken(_device))).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
    }

    [Fact]
    public async Task OwnChange_WhileTheReplicaIsBehind_HoldsAtOnce()
    {
        await ReplicaIsGoodAsync();
        (await _service.Api.ConnectDeviceAsync(_device, _key.DeviceToken(_device))).Require(HttpStatusCode.OK);
        await _replica.ExecuteAsync("SELECT pg_wal_replay_pause()");

        (await _service.Api.ManageAsync(HttpMethod.Delete, $"{Paths.Of(_device)}/publickeys/{_key.IdFor(KeyOwner.Device)}")).Require(HttpStatusCode.OK);

        (await _service.Api.ConnectDeviceAsync(_device, _key.DeviceToken(_device))).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
    }

    [Fact]
    public async Task Replica_Killed_ThePrimaryAnswers()
    {
        await ReplicaIsGoodAsync();

        await _replica.KillAsync();

        (await _service.Api.ConnectClientAsync(_device)).Require(HttpStatusCode.OK);
        await _replica.StartAgainAsync();
        await ReplicaIsGoodAsync();
    }

    [Fact]
    public async Task Primary_Killed_TheReplicaAnswersWhatItHas()
    {
        await ReplicaIsGoodAsync();

        await _primary.KillAsync();

        (await _service.Api.ConnectClientAsync(_device)).Require(HttpStatusCode.OK);
        (await _service.Api.ConnectClientAsync(new(_device.Product, DeviceId.New()))).ShouldBeError(HttpStatusCode.ServiceUnavailable, ErrorCodes.Unavailable);
    }

    private Task ReplicaIsGoodAsync() => Eventually.HoldsAsync("the replica has all changes", () => _service.Get<PostgresLookups>().IsReplicaGood);
}
