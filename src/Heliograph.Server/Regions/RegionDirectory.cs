using System.Collections.Frozen;
using Heliograph.Server.Registry;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Regions;

/// <summary>The regions there are.</summary>
internal sealed class RegionDirectory
{
    private readonly FrozenDictionary<string, Region> _others;

    public RegionDirectory(IOptions<RegionsOptions> options, IOptions<RegistryOptions> registry)
    {
        Own = registry.Value.Region;
        Names = options.Value.Known.Count == 0 ? [Own] : [.. options.Value.Known.Select(x => x.Name!)];
        _others = options.Value.Known
            .Where(x => x.Name != Own)
            .ToFrozenDictionary(x => x.Name!, x => new Region(x.Name!, x.Url!, new(options.Value.MaxCalls)), StringComparer.Ordinal);
        IsConfigured = options.Value.Known.Count > 0;
    }

    /// <summary>The region of this node.</summary>
    public string Own { get; }

    /// <summary>Whether regions are configured. Where not, this node answers for every product, whatever region it is said to live in.</summary>
    public bool IsConfigured { get; }

    /// <summary>The names of all regions, in the order of the configuration.</summary>
    public IReadOnlyList<string> Names { get; }

    public IEnumerable<Region> Others => _others.Values;

    /// <summary>Another region; null where there is none of that name, or it is this node's own.</summary>
    public Region? Find(string name) => _others.GetValueOrDefault(name);
}
