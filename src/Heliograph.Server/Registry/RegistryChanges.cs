namespace Heliograph.Server.Registry;

/// <summary>
/// Tells of changes: the other nodes in the transaction that makes one, and this node after it. Handlers run one after the other before the
/// change's call returns.
/// </summary>
internal sealed class RegistryChanges(IRegistryDatabase database)
{
    private Action<RegistryChange>[] _handlers = [];

    public void Subscribe(Action<RegistryChange> handler) => _handlers = [.. _handlers, handler];

    /// <summary>Has the other nodes told once the transaction of <paramref name="db"/> is committed.</summary>
    public Task AnnounceAsync(RegistryDbContext db, IReadOnlyCollection<RegistryChange> changes, CancellationToken cancellationToken) =>
        database.AnnounceAsync(db, changes, cancellationToken);

    /// <summary>Tells this node, of its own changes and of those that it heard of.</summary>
    public void Publish(RegistryChange change)
    {
        foreach (var handler in _handlers)
            handler(change);
    }
}
