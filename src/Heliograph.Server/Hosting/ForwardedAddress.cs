using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace Heliograph.Server.Hosting;

/// <summary>Where a connection comes from that came through proxies, as <see cref="ForwardedHeadersSetup"/> has HTTP find it.</summary>
internal sealed class ForwardedAddress(IOptions<ServiceOptions> options)
{
    private readonly IPNetwork[] _proxies =
        [.. options.Value.TrustedProxies.Select(x => ForwardedHeadersSetup.TryRead(x, out var network) ? network : default)];

    /// <summary>Finds the address.</summary>
    /// <param name="remote">The other end of the connection.</param>
    /// <param name="forwardedFor">X-Forwarded-For; empty where there is none.</param>
    /// <param name="address">The last one of the list that is no trusted proxy's, read from its end.</param>
    /// <returns>False where the header is not a plain list of addresses.</returns>
    public bool TryFind(IPAddress remote, ReadOnlySpan<byte> forwardedFor, out IPAddress address)
    {
        address = remote;
        while (!forwardedFor.IsEmpty && IsProxy(address))
        {
            var comma = forwardedFor.LastIndexOf((byte)',');
            if (!IPEndPoint.TryParse(Encoding.ASCII.GetString(forwardedFor[(comma + 1)..].Trim((byte)' ')), out var next))
                return false;
            address = next.Address;
            forwardedFor = comma < 0 ? default : forwardedFor[..comma];
        }

        return true;
    }

    private bool IsProxy(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var proxy in _proxies)
        {
            if (proxy.Contains(plain) || proxy.Contains(address))
                return true;
        }

        return false;
    }
}
