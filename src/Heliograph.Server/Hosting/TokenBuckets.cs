using System.Runtime.InteropServices;

namespace Heliograph.Server.Hosting;

/// <summary>
/// A token bucket for each of many keys. Full buckets are forgotten: one that is made anew is the same. Nothing runs between the calls, where the
/// framework's partitioned limiters wake up ten times a second, each.
/// </summary>
/// <param name="perSecond">Tokens that a bucket gets back in a second.</param>
/// <param name="burst">Tokens that it holds.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenBuckets<TKey>(double perSecond, int burst, TimeProvider time) where TKey : notnull
{
    private const int FirstSweep = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Bucket> _buckets = [];
    private int _sweepAt = FirstSweep;

    /// <summary>Buckets that are not full, and some that have become so.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _buckets.Count;
        }
    }

    /// <summary>Takes a token.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="wait">Where there is none: how long it takes until there is one.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(TKey key, out TimeSpan wait)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_buckets.Count >= _sweepAt)
                Sweep(now);
            ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, key, out var isKnown);
            var tokens = isKnown ? TokensOf(bucket, now) : burst;
            var isThere = tokens >= 1;
            wait = isThere ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - tokens) / perSecond);
            bucket = new(isThere ? tokens - 1 : tokens, now);
            return isThere;
        }
    }

    private double TokensOf(Bucket bucket, long now) => Math.Min(burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond));

    private void Sweep(long now)
    {
        foreach (var (key, bucket) in _buckets)
        {
            if (TokensOf(bucket, now) >= burst)
                _buckets.Remove(key);
        }

        // Not again before it is worth it.
        _sweepAt = Math.Max(FirstSweep, _buckets.Count * 2);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Bucket(double Tokens, long At);
}
