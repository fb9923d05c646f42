using Heliograph.Server.Registry;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Registry.Sqlite;

/// <summary>Prepares the database file.</summary>
internal sealed class SqliteDatabase(IDbContextFactory<RegistryDbContext> database) : IRegistryDatabase
{
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        // Readers and the writer don't wait for each other; a property of the file, kept in it.
        await db.Database.ExecuteSqlAsync($"PRAGMA journal_mode = WAL", cancellationToken);
    }
}
