using System.Net;
using System.Net.Sockets;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Connect;

/// <summary>Token buckets per remote address and per product; each of the calls has its own.</summary>
internal sealed class RateLimits(IOptions<RateLimitOptions> options, TimeProvider time)
{
    private readonly TokenBuckets<(IPAddress, string)> _addresses = new(options.Value.PerAddress, options.Value.PerAddressBurst, time);

    private readonly TokenBuckets<(ProductId, string)> _products = new(options.Value.PerProduct, options.Value.PerProductBurst, time);

    /// <exception cref="ApiException">429: too many calls from this address.</exception>
    public void Admit(IPAddress? address, string call) =>
        Admit(_addresses, (Network(address ?? IPAddress.None), call), "from your address");

    /// <exception cref="ApiException">429: too many calls for this product.</exception>
    public void Admit(ProductId product, string call) => Admit(_products, (product, call), "for this product");

    private static void Admit<T>(TokenBuckets<T> buckets, T key, string where) where T : notnull
    {
        if (!buckets.TryTake(key, out var wait))
            throw ApiException.TooManyRequests($"Too many connects {where}.", wait);
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
