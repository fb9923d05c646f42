using IPAddress = System.Net.IPAddress;
using IPNetwork = System.Net.IPNetwork;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace Heliograph.Server.Hosting;

/// <summary>X-Forwarded-For, -Proto and -Host, believed of the configured proxies and of nobody else.</summary>
internal static class ForwardedHeadersSetup
{
    public static void Configure(ForwardedHeadersOptions options, ServiceOptions service)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        options.ForwardLimit = null;
        // The framework trusts loopback by itself; here a proxy on the same machine is configured like any other.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in service.TrustedProxies)
        {
            if (TryRead(proxy, out var network))
                options.KnownIPNetworks.Add(network);
        }
    }

    /// <summary>Reads an address or a network.</summary>
    public static bool TryRead(string text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            network = new(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }
}
