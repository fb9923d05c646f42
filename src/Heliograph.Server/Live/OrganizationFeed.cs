using Heliograph.Protocol;

namespace Heliograph.Server.Live;

/// <summary>
/// What happened to one organization's products of late. Readers come with the number of what they have seen last: nothing waits for
/// them or is kept for them, and one that is too slow misses what has gone meanwhile.
/// </summary>
internal sealed class OrganizationFeed
{
    /// <summary>How many events are kept.</summary>
    public const int Capacity = 300;

    /// <summary>Of those, how many may be of devices that there are not: anyone can cause them, and they must not push out the rest.</summary>
    public const int UnknownCapacity = 100;

    /// <summary>How long after something happened it counts as the same thing again.</summary>
    private static readonly TimeSpan RepeatTime = TimeSpan.FromMinutes(1);

    /// <summary>How far back it is looked for.</summary>
    private const int RepeatReach = 20;

    private readonly Lock _lock = new();
    private readonly LinkedList<LiveEvent> _events = new();
    private readonly CallCounts _calls = new();
    private int _unknown;
    private long _lastId;
    private long _lastGone;

    /// <summary>Adds an event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="isProductKnown">Whether there is its product; calls for others are counted as for none.</param>
    public void Add(LiveEvent happened, bool isProductKnown = true)
    {
        lock (_lock)
        {
            if (happened.Call is not null)
                _calls.Add(isProductKnown ? happened : happened with { Product = null });
            if (happened.Kind == LiveEventKind.CallAnswered)
                return;

            var id = ++_lastId;
            _events.AddLast(TakeRepeated(happened) is { } earlier
                ? happened with { Id = id, FirstId = earlier.FirstId, Count = earlier.Count + 1 }
                : happened with { Id = id, FirstId = id });
            if (!happened.IsDeviceKnown && ++_unknown > UnknownCapacity)
                Drop(FirstUnknown());
            else if (_events.Count > Capacity)
                Drop(_events.First!);
        }
    }

    /// <summary>What happened since, oldest first.</summary>
    /// <param name="after">The number of the last event that the reader has seen; 0 for none.</param>
    /// <param name="product">Of this product alone; of all where null.</param>
    public (IReadOnlyList<LiveEvent> Events, long LastId, bool HasGap) Read(long after, ProductId? product)
    {
        lock (_lock)
        {
            var events = new List<LiveEvent>();
            for (var node = _events.Last; node is not null && node.Value.Id > after; node = node.Previous)
            {
                if (product is null || node.Value.Product == product)
                    events.Add(node.Value);
            }

            events.Reverse();
            return (events, _lastId, after > 0 && after < _lastGone);
        }
    }

    /// <summary>How connect calls went of late.</summary>
    public IReadOnlyList<(string Call, string? Code, long Count)> ReadCalls(ProductId? product, DateTime now)
    {
        lock (_lock)
            return _calls.Read(product, now);
    }

    private LinkedListNode<LiveEvent> FirstUnknown()
    {
        var node = _events.First!;
        while (node.Value.IsDeviceKnown)
            node = node.Next!;
        return node;
    }

    private void Drop(LinkedListNode<LiveEvent> node)
    {
        _lastGone = Math.Max(_lastGone, node.Value.Id);
        Remove(node);
    }

    private void Remove(LinkedListNode<LiveEvent> node)
    {
        _events.Remove(node);
        if (!node.Value.IsDeviceKnown)
            _unknown--;
    }

    private LiveEvent? TakeRepeated(LiveEvent happened)
    {
        var node = _events.Last;
        for (var i = 0; i < RepeatReach && node is not null && happened.At - node.Value.At < RepeatTime; i++, node = node.Previous)
        {
            if (happened.Repeats(node.Value))
            {
                Remove(node);
                return node.Value;
            }
        }

        return null;
    }
}
