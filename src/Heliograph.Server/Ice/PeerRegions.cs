using System.Net;
using Heliograph.Server.Hosting;

namespace Heliograph.Server.Ice;

/// <summary>The region that an address is in, by the networks that are configured.</summary>
internal sealed class PeerRegions
{
    private readonly IReadOnlyList<(IPNetwork Network, string Region)> _networks;

    public PeerRegions(IEnumerable<IceRegionOptions> regions) => _networks =
    [
        .. regions
            .SelectMany(region => region.Networks.Select(text => (ForwardedHeadersSetup.TryRead(text, out var network) ? network : default, region.Name!)))
            .OrderByDescending(x => x.Item1.PrefixLength),
    ];

    /// <summary>The region of the smallest network that holds the address; null where none does.</summary>
    public string? Find(IPAddress? address)
    {
        if (address is null)
            return null;

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var (network, region) in _networks)
        {
            if (network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain))
                return region;
        }

        return null;
    }
}
