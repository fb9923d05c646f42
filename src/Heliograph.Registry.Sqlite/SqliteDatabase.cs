using Heliograph.Server.Registry;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Registry.Sqlite;

/// <summary>Prepares the database file.</summary>
internal sealed class SqliteDatabase(IDbContextFactory<RegistryDbContext> database) : IRegistryDatabase
{
    public TimeSpan NewsTime => TimeSpan.Zero;

    /// <summary>The data folder's lock is held already.</summary>
    public Task<IAsyncDisposable> EnterStartAsync(CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(new Entered());

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
        // Readers and the writer don't wait for each other; a property of the file, kept in it.
        await db.Database.ExecuteSqlAsync($"PRAGMA journal_mode = WAL", cancellationToken);
    }

    public Task AnnounceAsync(RegistryDbContext db, IReadOnlyCollection<RegistryChange> changes, CancellationToken cancellationToken) => Task.CompletedTask;

    private sealed class Entered : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
