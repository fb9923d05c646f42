namespace Heliograph.Server.Registry;

/// <summary>Where the connect path's look-ups are read: the database, or a copy of it that is nearer.</summary>
internal interface ILookupDatabase
{
    /// <summary>A change has been committed: what is read from here on has it.</summary>
    void Changed();

    /// <summary>Reads one entry.</summary>
    /// <param name="read">Reads it by the statements that it is given; it may be called with those of another database again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The entry; null where the database has none.</returns>
    Task<RegistryEntry?> ReadAsync(Func<LookupStatements, Task<RegistryEntry?>> read, CancellationToken cancellationToken);
}
