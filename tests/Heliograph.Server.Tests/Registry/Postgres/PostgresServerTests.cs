using Heliograph.Testing;
using Npgsql;

namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>The server that other tests stand on: what it is asked to be.</summary>
public sealed class PostgresServerTests
{
    [Fact]
    public async Task KillAsync_AndStartAgain_KeepsWhatWasCommitted()
    {
        using var folder = new TempFolder();
        await using var server = await PostgresServer.StartAsync(folder);
        await server.ExecuteAsync("CREATE TABLE kept AS SELECT 42 AS value");

        await server.KillAsync();
        await Should.ThrowAsync<NpgsqlException>(() => server.ExecuteAsync("SELECT 1"));
        await server.StartAgainAsync();

        (await server.ExecuteAsync("SELECT value FROM kept")).ShouldBe(42);
    }

    [Fact]
    public async Task StartReplicaAsync_WhatThePrimaryIsTold_IsReadThere()
    {
        using var folder = new TempFolder();
        await using var primary = await PostgresServer.StartAsync(folder);
        var replica = await primary.StartReplicaAsync();

        await primary.ExecuteAsync("CREATE TABLE told AS SELECT 42 AS value");

        await Eventually.HoldsAsync("the replica has it", async () => (long)(await replica.ExecuteAsync("SELECT count(*) FROM pg_class WHERE relname = 'told'"))! == 1);
        (await Should.ThrowAsync<PostgresException>(() => replica.ExecuteAsync("DELETE FROM told"))).SqlState.ShouldBe(PostgresErrorCodes.ReadOnlySqlTransaction);
    }
}
