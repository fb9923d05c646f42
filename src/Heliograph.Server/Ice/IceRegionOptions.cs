using Heliograph.Server.Hosting;
using Heliograph.Server.Management;

namespace Heliograph.Server.Ice;

/// <summary>A region: which peers are in it, and what is near to it.</summary>
internal sealed class IceRegionOptions
{
    /// <summary>The region's name, as servers and products have it.</summary>
    public string? Name { get; set; }

    /// <summary>The networks (10.0.0.0/8) of the peers that are in it; of several that hold an address the smallest counts.</summary>
    public IList<string> Networks { get; } = [];

    /// <summary>The regions whose servers come next, nearest first.</summary>
    public IList<string> Near { get; } = [];

    public IEnumerable<string> Validate(IReadOnlySet<string> regionsWithServers)
    {
        if (!FieldRules.IsRegion(Name))
            yield return $"Name must be {FieldRules.RegionForm}";
        for (var i = 0; i < Networks.Count; i++)
        {
            if (!ForwardedHeadersSetup.TryRead(Networks[i], out _))
                yield return $"Networks:{i} must be an IP address or a network such as 10.0.0.0/8";
        }

        for (var i = 0; i < Near.Count; i++)
        {
            if (!regionsWithServers.Contains(Near[i]))
                yield return $"Near:{i}: no server of Ice:Servers is in the region '{Near[i]}'";
        }
    }
}
