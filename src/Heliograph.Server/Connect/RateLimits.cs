using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Connect;

/// <summary>Token buckets per remote address and per product; each of the calls has its own.</summary>
internal sealed class RateLimits(IOptions<RateLimitOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<(IPAddress, string)> _addresses =
        CreateBuckets<(IPAddress, string)>(options.Value.PerAddress, options.Value.PerAddressBurst);

    private readonly PartitionedRateLimiter<(ProductId, string)> _products =
        CreateBuckets<(ProductId, string)>(options.Value.PerProduct, options.Value.PerProductBurst);

    /// <exception cref="ApiException">429: too many calls from this address.</exception>
    public void Admit(IPAddress? address, string call) =>
        Admit(_addresses, (Network(address ?? IPAddress.None), call), "from your address");

    /// <exception cref="ApiException">429: too many calls for this product.</exception>
    public void Admit(ProductId product, string call) => Admit(_products, (product, call), "for this product");

    public void Dispose()
    {
        _addresses.Dispose();
        _products.Dispose();
    }

    private static void Admit<T>(PartitionedRateLimiter<T> limiter, T key, string where)
    {
        using var lease = limiter.AttemptAcquire(key);
        if (lease.IsAcquired)
            return;

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        throw ApiException.TooManyRequests($"Too many connects {where}.", wait);
    }

    private static PartitionedRateLimiter<T> CreateBuckets<T>(int perSecond, int burst) where T : notnull
    {
        // Refilled at most ten times a second, in whole tokens.
        var perPeriod = Math.Max(1, perSecond / 10);
        var options = new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perPeriod,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)perPeriod / perSecond),
            AutoReplenishment = false,
        };
        return PartitionedRateLimiter.Create<T, T>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => options));
    }

    /// <summary>Whom an address belongs to: itself, or for IPv6 its /64, which is what one site is given.</summary>
    public static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new(bytes);
    }
}
