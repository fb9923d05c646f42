using System.Collections.Concurrent;
using System.Net;
using Heliograph.Server.Connect;
using Heliograph.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Console.SignIn;

/// <summary>
/// Slows down who tries API keys. One address uses up its own tries only. Many addresses together use up those of strangers, and that
/// locks nobody out who has signed in before from where they are.
/// </summary>
internal sealed class SignInThrottle(IOptions<ConsoleOptions> options, TimeProvider time)
{
    private const int MaxKnown = 10_000;

    private readonly TokenBuckets<IPAddress> _addresses = CreateBuckets<IPAddress>(options.Value.TriesPerAddress, options.Value.TriesInterval, time);
    private readonly TokenBuckets<bool> _strangers = CreateBuckets<bool>(options.Value.TriesOfStrangers, options.Value.TriesInterval, time);
    private readonly ConcurrentDictionary<IPAddress, bool> _known = [];

    /// <summary>Counts a try.</summary>
    /// <exception cref="ApiException">429: too many.</exception>
    public void Admit(IPAddress? address)
    {
        var network = RateLimits.Network(address ?? IPAddress.None);
        // In this order, so that one address alone can't use up what others share.
        Admit(_addresses, network, "from your address");
        if (!_known.ContainsKey(network))
            Admit(_strangers, key: true, "at the moment");
    }

    /// <summary>Somebody has signed in from an address: it is none of a stranger any more.</summary>
    public void Welcome(IPAddress? address)
    {
        if (_known.Count < MaxKnown)
            _known.TryAdd(RateLimits.Network(address ?? IPAddress.None), true);
    }

    private static void Admit<T>(TokenBuckets<T> buckets, T key, string where) where T : notnull
    {
        if (buckets.TryTake(key, out var wait))
            return;

        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
        throw ApiException.TooManyRequests($"Too many tries to sign in {where}. Try again in {seconds} {(seconds == 1 ? "second" : "seconds")}.", wait);
    }

    private static TokenBuckets<T> CreateBuckets<T>(int tries, TimeSpan interval, TimeProvider time) where T : notnull =>
        new(tries / interval.TotalSeconds, tries, time);
}
