using Npgsql;

namespace Heliograph.Backplane.RabbitMq.Directory;

/// <summary>A node as the directory has it.</summary>
/// <param name="Node">The node.</param>
/// <param name="HasBroker">Whether it reached the broker when it last wrote.</param>
/// <param name="Age">How long ago that was, by the database's clock.</param>
internal sealed record RegisteredNode(NodeAddress Node, bool HasBroker, TimeSpan Age);

/// <summary>The nodes of a region that hold places in the directory, and the tables themselves.</summary>
internal sealed class NodeDirectory(NpgsqlDataSource database, string region, NodeAddress self)
{
    // Unlogged: not written to the log of the database, and empty after it crashed.
    private const string SchemaSql =
        """
        SELECT pg_advisory_xact_lock(4735928163541);
        CREATE UNLOGGED TABLE IF NOT EXISTS "ClusterPeers" (
            "Region" text COLLATE "C" NOT NULL,
            "ProductId" text COLLATE "C" NOT NULL,
            "DeviceId" text COLLATE "C" NOT NULL,
            "Channel" text COLLATE "C" NOT NULL,
            "Node" text NOT NULL,
            "Boot" text NOT NULL,
            "Generation" bigint NOT NULL,
            "PreviousNode" text NULL,
            "PreviousBoot" text NULL,
            PRIMARY KEY ("Region", "ProductId", "DeviceId", "Channel"));
        CREATE INDEX IF NOT EXISTS "IX_ClusterPeers_Node" ON "ClusterPeers" ("Region", "Node", "Boot");
        CREATE UNLOGGED TABLE IF NOT EXISTS "ClusterNodes" (
            "Region" text NOT NULL,
            "Node" text NOT NULL,
            "Boot" text NOT NULL,
            "HasBroker" boolean NOT NULL,
            "BeatAt" timestamptz NOT NULL,
            PRIMARY KEY ("Region", "Node", "Boot"));
        CREATE SEQUENCE IF NOT EXISTS "ClusterGenerations";
        """;

    /// <summary>Makes the tables where they are missing. Several nodes may do so at once.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(SchemaSql, connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Writes that this node lives.</summary>
    /// <returns>Whether it was registered still: where it was not, its places may be gone, too.</returns>
    public async Task<bool> BeatAsync(bool hasBroker, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            INSERT INTO "ClusterNodes" AS n ("Region", "Node", "Boot", "HasBroker", "BeatAt") VALUES ($1, $2, $3, $4, now())
            ON CONFLICT ("Region", "Node", "Boot") DO UPDATE SET "HasBroker" = excluded."HasBroker", "BeatAt" = excluded."BeatAt"
            RETURNING n.xmax <> 0
            """);
        foreach (var value in (object[])[region, self.Name, self.Boot, hasBroker])
            command.Parameters.Add(new() { Value = value });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The nodes of the region, this one included.</summary>
    public async Task<IReadOnlyList<RegisteredNode>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """SELECT "Node", "Boot", "HasBroker", extract(epoch FROM now() - "BeatAt")::double precision FROM "ClusterNodes" WHERE "Region" = $1""");
        command.Parameters.Add(new() { Value = region });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var nodes = new List<RegisteredNode>();
        while (await rows.ReadAsync(cancellationToken))
            nodes.Add(new(new(rows.GetString(0), rows.GetString(1)), rows.GetBoolean(2), TimeSpan.FromSeconds(rows.GetDouble(3))));
        return nodes;
    }

    /// <summary>Deletes a node that is gone, with all places that it held.</summary>
    public async Task DeleteAsync(NodeAddress node, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        foreach (var sql in (string[])
            [
                """DELETE FROM "ClusterPeers" WHERE "Region" = $1 AND "Node" = $2 AND "Boot" = $3""",
                """DELETE FROM "ClusterNodes" WHERE "Region" = $1 AND "Node" = $2 AND "Boot" = $3""",
            ])
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            command.Parameters.Add(new NpgsqlParameter { Value = region });
            command.Parameters.Add(new NpgsqlParameter { Value = node.Name });
            command.Parameters.Add(new NpgsqlParameter { Value = node.Boot });
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
