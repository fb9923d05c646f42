using System.Collections.Concurrent;
using Heliograph.Backplane.RabbitMq.Directory;
using Heliograph.Server.Backplane;

namespace Heliograph.Backplane.RabbitMq;

/// <summary>
/// Where the receivers of this node's peers were last found, so that the directory is asked once and not for each message. A route that is
/// wrong shows by the answer, and is forgotten.
/// </summary>
internal sealed class Routes(TimeProvider time)
{
    /// <summary>A route that has not been used for so long is let go.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(10);

    /// <summary>That a device is nowhere is believed for so long: this node is told when it connects.</summary>
    private static readonly TimeSpan NowhereTime = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Place, Route> _routes = new();

    /// <summary>Whether something is known of a place; its holder, or null where it is known to be nowhere.</summary>
    public bool TryFind(Place place, out Holder? holder)
    {
        holder = null;
        if (!_routes.TryGetValue(place, out var route))
            return false;
        if (route.Holder is null && time.GetElapsedTime(route.UsedAt) > NowhereTime)
            return false;
        holder = route.Holder;
        if (holder is not null)
            route.UsedAt = time.GetTimestamp();
        return true;
    }

    /// <summary>What the directory or the holder itself says. It does not take the place of what is newer.</summary>
    public void Set(Place place, Holder holder) => _routes.AddOrUpdate(
        place,
        static (_, added) => added,
        static (_, present, added) => present.Holder?.Generation > added.Holder!.Generation ? present : added,
        new Route(holder) { UsedAt = time.GetTimestamp() });

    /// <summary>A frame of a peer has come from a node: there it is, if nothing better is known.</summary>
    public void Learn(Place place, NodeAddress node)
    {
        if (!_routes.TryGetValue(place, out var present) || present.Holder is null)
            Set(place, new(node, 0));
    }

    /// <summary>A device is nowhere. Clients are not remembered so: nobody tells this node when they come.</summary>
    public void SetNowhere(Place place)
    {
        if (place.IsDevice)
            _routes[place] = new(null) { UsedAt = time.GetTimestamp() };
        else
            _routes.TryRemove(place, out _);
    }

    /// <summary>This node has the place itself.</summary>
    public void Forget(Place place) => _routes.TryRemove(place, out _);

    /// <summary>A place is no longer at a node.</summary>
    public void Forget(Place place, NodeAddress node)
    {
        if (_routes.TryGetValue(place, out var route) && route.Holder?.Node == node)
            _routes.TryRemove(new(place, route));
    }

    /// <summary>Nothing is at a node any more.</summary>
    public void Forget(NodeAddress node) => RemoveWhere(x => x.Holder?.Node == node);

    public void Clear() => _routes.Clear();

    /// <summary>Lets go of what nobody uses.</summary>
    public void Sweep()
    {
        var now = time.GetTimestamp();
        RemoveWhere(x => time.GetElapsedTime(x.UsedAt, now) > (x.Holder is null ? NowhereTime : IdleTime));
    }

    private void RemoveWhere(Func<Route, bool> isOne)
    {
        foreach (var route in _routes)
        {
            if (isOne(route.Value))
                _routes.TryRemove(route);
        }
    }

    private sealed class Route(Holder? holder)
    {
        private long _usedAt;

        public Holder? Holder { get; } = holder;

        public long UsedAt { get => Volatile.Read(ref _usedAt); set => Volatile.Write(ref _usedAt, value); }
    }
}
