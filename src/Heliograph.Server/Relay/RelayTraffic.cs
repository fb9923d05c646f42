using System.Collections.Concurrent;
using Heliograph.Protocol;

namespace Heliograph.Server.Relay;

/// <summary>Messages relayed by product, counted only while somebody watches.</summary>
internal sealed class RelayTraffic
{
    private readonly ConcurrentDictionary<ProductId, long> _relayed = new();
    private int _watchers;

    public void Add(ProductId product, long messages)
    {
        if (Volatile.Read(ref _watchers) > 0)
            _relayed.AddOrUpdate(product, static (_, added) => added, static (_, present, added) => present + added, messages);
    }

    /// <summary>Messages since the watch began.</summary>
    public long Read(ProductId product) => _relayed.GetValueOrDefault(product);

    public void BeginWatch() => Interlocked.Increment(ref _watchers);

    public void EndWatch()
    {
        if (Interlocked.Decrement(ref _watchers) == 0)
            _relayed.Clear();
    }
}
