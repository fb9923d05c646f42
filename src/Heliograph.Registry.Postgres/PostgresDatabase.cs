using System.Security.Cryptography;
using Heliograph.Server.Registry;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heliograph.Registry.Postgres;

/// <summary>Prepares the database, and tells the nodes that share it of changes: by NOTIFY, which is part of the transaction.</summary>
internal sealed class PostgresDatabase(IDbContextFactory<RegistryDbContext> database, PostgresSources sources) : IRegistryDatabase
{
    /// <summary>What nodes listen to.</summary>
    public const string Channel = "heliograph_changes";

    /// <summary>Any number that nobody else takes a lock by: "heliogra" in ASCII.</summary>
    private const long StartLock = 0x68656c696f677261;

    /// <summary>In seconds, and far longer than any start takes.</summary>
    private const int LongestStart = 120;

    /// <summary>This node, for telling its own changes from others'.</summary>
    public string Node { get; } = RandomNumberGenerator.GetHexString(16, lowercase: true);

    public TimeSpan NewsTime { get; } = TimeSpan.FromSeconds(2);

    public async Task<IAsyncDisposable> EnterStartAsync(CancellationToken cancellationToken)
    {
        // Released with the connection, however that ends.
        var connection = await sources.Own.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({StartLock})", connection) { CommandTimeout = LongestStart };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
    }

    public async Task AnnounceAsync(RegistryDbContext db, IReadOnlyCollection<RegistryChange> changes, CancellationToken cancellationToken)
    {
        var notices = ChangeNotice.Of(Node, changes).Select(x => x.Write()).ToArray();
        await db.Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, notice) FROM unnest({notices}) AS notice", cancellationToken);
    }
}
