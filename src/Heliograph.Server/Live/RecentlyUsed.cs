using System.Diagnostics.CodeAnalysis;

namespace Heliograph.Server.Live;

/// <summary>A table of so many entries and no more: the one that was used longest ago makes room. Not for several threads at once.</summary>
internal sealed class RecentlyUsed<TKey, TValue>(int capacity) where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _entries = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = new();

    public int Count => _entries.Count;

    /// <summary>Looks without using.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var isThere = _entries.TryGetValue(key, out var node);
        value = isThere ? node!.Value.Value : default;
        return isThere;
    }

    public TValue GetOrAdd(TKey key, Func<TValue> create)
    {
        if (_entries.TryGetValue(key, out var node))
        {
            _order.Remove(node);
        }
        else
        {
            if (_entries.Count == capacity)
            {
                _entries.Remove(_order.Last!.Value.Key);
                _order.RemoveLast();
            }

            node = new((key, create()));
            _entries.Add(key, node);
        }

        _order.AddFirst(node);
        return node.Value.Value;
    }

    public bool Remove(TKey key)
    {
        if (!_entries.Remove(key, out var node))
            return false;
        _order.Remove(node);
        return true;
    }
}
