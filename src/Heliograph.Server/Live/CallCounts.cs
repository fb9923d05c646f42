using Heliograph.Protocol;

namespace Heliograph.Server.Live;

/// <summary>How the connect calls of the last minutes went, by product, call and outcome, in one bucket for each minute.</summary>
internal sealed class CallCounts
{
    /// <summary>How far back it is counted.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>What is counted of the one bucket: products are few, calls and codes are ours.</summary>
    private const int MaxKeys = 2_000;

    private readonly Queue<(long Minute, Dictionary<Key, long> Counts)> _buckets = new();

    public void Add(LiveEvent call)
    {
        var minute = Forget(call.At);
        if (_buckets.Count == 0 || _buckets.Last().Minute != minute)
            _buckets.Enqueue((minute, []));
        var counts = _buckets.Last().Counts;
        var key = new Key(call.Product, call.Call!, call.Code);
        if (counts.TryGetValue(key, out var count) || counts.Count < MaxKeys)
            counts[key] = count + 1;
    }

    /// <summary>The counts, most first.</summary>
    /// <param name="product">Of this product alone; of all where null.</param>
    /// <param name="now">The end of the window.</param>
    public IReadOnlyList<(string Call, string? Code, long Count)> Read(ProductId? product, DateTime now)
    {
        Forget(now);
        return
        [
            .. _buckets.SelectMany(bucket => bucket.Counts)
                .Where(x => product is null || x.Key.Product == product)
                .GroupBy(x => (x.Key.Call, x.Key.Code))
                .Select(x => (x.Key.Call, x.Key.Code, Count: x.Sum(y => y.Value)))
                .OrderBy(x => x.Code is null)
                .ThenByDescending(x => x.Count)
                .ThenBy(x => x.Call, StringComparer.Ordinal),
        ];
    }

    private long Forget(DateTime now)
    {
        var minute = now.Ticks / TimeSpan.TicksPerMinute;
        while (_buckets.Count > 0 && _buckets.Peek().Minute <= minute - (long)Window.TotalMinutes)
            _buckets.Dequeue();
        return minute;
    }

    private readonly record struct Key(ProductId? Product, string Call, string? Code);
}
