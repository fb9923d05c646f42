using Heliograph.Server.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Heliograph.Registry.Postgres;

/// <summary>
/// Look-ups, at the replica where there is one that has all the changes that this node knows of, else at the primary. What the replica has not, the
/// primary is asked for before anybody is told that it is not there. See docs/decisions/0016-postgresql-registry.md.
/// </summary>
internal sealed class PostgresLookups : ILookupDatabase
{
    /// <summary>A look-up that takes longer has failed; in seconds.</summary>
    private const int Patience = 3;

    private readonly IDbContextFactory<RegistryDbContext> _primary;
    private readonly PooledDbContextFactory<RegistryDbContext>? _replica;

    /// <summary>Counts changes, to see whether the position of the newest is known.</summary>
    private long _changes;
    private Needed _needed = new(-1, long.MaxValue);
    private long _replayed = -1;

    public PostgresLookups(IDbContextFactory<RegistryDbContext> primary, PostgresSources sources)
    {
        _primary = primary;
        if (sources.Replica is null)
            return;
        var options = new DbContextOptionsBuilder<RegistryDbContext>();
        PostgresRegistry.Configure(options, sources.Replica);
        _replica = new(options.Options);
    }

    /// <summary>Whether the replica has all changes that this node knows of.</summary>
    public bool IsReplicaGood => _replica is not null && Volatile.Read(ref _needed) is var needed
        && needed.Changes == Volatile.Read(ref _changes) && Volatile.Read(ref _replayed) >= needed.Position;

    /// <summary>How many changes are known of; for <see cref="Require"/>.</summary>
    public long Changes => Volatile.Read(ref _changes);

    public void Changed() => Interlocked.Increment(ref _changes);

    /// <summary>Says how far the replica must have come to have these changes.</summary>
    /// <param name="changes">How many changes were known of before the primary was asked for its position.</param>
    /// <param name="position">The primary's position in its log.</param>
    public void Require(long changes, long position) => Volatile.Write(ref _needed, new(changes, position));

    /// <summary>Says how far the replica has come; null where it can't be reached.</summary>
    public void Replayed(long? position) => Volatile.Write(ref _replayed, position ?? -1);

    public async Task<RegistryEntry?> ReadAsync(Func<LookupStatements, Task<RegistryEntry?>> read, CancellationToken cancellationToken)
    {
        if (IsReplicaGood)
        {
            try
            {
                if (await ReadAsync(_replica!, read, cancellationToken) is { } entry)
                    return entry;
            }
            catch (Exception error) when (RegistryErrors.IsOfDatabase(error))
            {
                // Until it answers again.
                Replayed(null);
            }
        }

        return await ReadAsync(_primary, read, cancellationToken);
    }

    private static async Task<RegistryEntry?> ReadAsync(
        IDbContextFactory<RegistryDbContext> database, Func<LookupStatements, Task<RegistryEntry?>> read, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        using var statements = new LookupStatements(db.Database.GetDbConnection(), Patience);
        return await read(statements);
    }

    private sealed record Needed(long Changes, long Position);
}
