namespace Heliograph.Server.Registry;

/// <summary>What a database provider does besides what EF Core does for it.</summary>
internal interface IRegistryDatabase
{
    /// <summary>
    /// How long after its commit a change may still be news to another node, with what their clocks may differ by. A ticket that was made within it is
    /// taken for one that was made before the change. Zero where one node alone uses the database.
    /// </summary>
    TimeSpan NewsTime { get; }

    /// <summary>Whether several nodes use the database: none of them serves peers better than another while it is lost.</summary>
    bool IsShared => NewsTime > TimeSpan.Zero;

    /// <summary>Lets one node start at a time, until the result is disposed: what the first one makes, the others find.</summary>
    Task<IAsyncDisposable> EnterStartAsync(CancellationToken cancellationToken);

    /// <summary>Brings the database into being or up to date, before anything else uses it.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Has the nodes that share the database told of changes as soon as the transaction that makes them is committed, and not before.</summary>
    Task AnnounceAsync(RegistryDbContext db, IReadOnlyCollection<RegistryChange> changes, CancellationToken cancellationToken);
}
