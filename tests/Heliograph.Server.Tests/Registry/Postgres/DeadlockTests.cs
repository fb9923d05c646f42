using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Management;
using Heliograph.Testing;
using Npgsql;

namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>A transaction that the database ends since it and another one wait for each other.</summary>
public sealed class DeadlockTests
{
    private const string Waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    private const string Deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";

    /// <summary>The one whose patience ends first is the victim: a deletion waits this long, what stands for a writing of activity far longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Product_DeletedWhileItsDevicesAreWritten_IsDeletedOnceTheyAre()
    {
        var database = await PostgresFixture.CreateDatabaseAsync();
        await ExecuteAsync(database, $"""ALTER DATABASE "{new NpgsqlConnectionStringBuilder(database).Database}" SET deadlock_timeout = '{Patience.TotalMilliseconds}ms'""");
        await using var service = await TestService.StartAsync(postgres: database);
        using var key = new SigningKey();
        var product = await service.Api.CreateProductAsync();
        var (first, second) = await CreateDevicesAsync(service.Api, product, key);

        await using var writer = new NpgsqlConnection(database);
        await writer.OpenAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(writer, "SET deadlock_timeout = '1h'");
        await ExecuteAsync(writer, "BEGIN");
        await ExecuteAsync(writer, Touch(second));
        var deletion = service.Api.ManageAsync(HttpMethod.Delete, Paths.Of(product));
        await Eventually.HoldsAsync("the deletion waits", async () => await CountAsync(database, Waiting) > 0);
        await ExecuteAsync(writer, Touch(first));
        await ExecuteAsync(writer, "COMMIT");

        (await deletion).Status.ShouldBe(HttpStatusCode.NoContent);
        await Eventually.HoldsAsync("the database has ended the deletion once", async () => await CountAsync(database, Deadlocks) > 0);
        (await service.Api.ManageAsync(HttpMethod.Get, Paths.Of(product))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>Two devices that a deletion finds in this order, by the table as by its index.</summary>
    private static async Task<(DeviceAddress First, DeviceAddress Second)> CreateDevicesAsync(ApiClient api, ProductId product, SigningKey key)
    {
        var first = await api.CreateDeviceAsync(product, key);
        DeviceAddress second;
        do
            second = await api.CreateDeviceAsync(product, key);
        while (string.CompareOrdinal(second.Device.Value, first.Device.Value) < 0);
        return (first, second);
    }

    private static string Touch(DeviceAddress device) =>
        $"""UPDATE "Devices" SET "LastConnect" = 1 WHERE "ProductId" = '{device.Product}' AND "DeviceId" = '{device.Device}'""";

    private static async Task<long> CountAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
