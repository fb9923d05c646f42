namespace Heliograph.Server.Registry;

/// <summary>Tells of changes, after they are in the database. Handlers run one after the other before the change's call returns.</summary>
internal sealed class RegistryChanges
{
    private Action<RegistryChange>[] _handlers = [];

    public void Subscribe(Action<RegistryChange> handler) => _handlers = [.. _handlers, handler];

    public void Publish(RegistryChange change)
    {
        foreach (var handler in _handlers)
            handler(change);
    }
}
