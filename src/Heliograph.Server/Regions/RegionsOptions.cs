namespace Heliograph.Server.Regions;

/// <summary>The regions, and how they call each other.</summary>
internal sealed class RegionsOptions
{
    /// <summary>All regions, this node's own (<c>Registry:Region</c>) among them; the same on every node. Where there is none, this node answers for all products.</summary>
    public IList<RegionOptions> Known { get; } = [];

    /// <summary>How long it may take to reach a node of another region.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long another region may take to begin its answer once it has the whole request, and for each further part of it.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the other regions are asked whether they are there, and the registry which products have moved.</summary>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most calls that may be under way to one region; more are answered with 503.</summary>
    public int MaxCalls { get; set; } = 1000;

    /// <summary>The most sockets of products that have moved away which this node passes on to their new region; more are answered with 503.</summary>
    public int MaxTunnels { get; set; } = 10_000;

    /// <param name="own">The region of this node.</param>
    public IEnumerable<string> Validate(string own)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var urls = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < Known.Count; i++)
        {
            foreach (var problem in Known[i].Validate())
                yield return $"Known:{i}:{problem}";
            if (Known[i].Name is { } name && !names.Add(name))
                yield return $"Known:{i}:Name: there is a region '{name}' already";
            if (Known[i].Url is { } url && !urls.Add(url.TrimEnd('/')))
                yield return $"Known:{i}:Url: another region has this URL already";
        }

        if (Known.Count > 0 && !names.Contains(own))
            yield return $"Known has no region '{own}', which is this node's (Registry:Region)";
        foreach (var (name, value) in ((string, TimeSpan)[])[(nameof(ConnectTimeout), ConnectTimeout), (nameof(ResponseTimeout), ResponseTimeout), (nameof(CheckInterval), CheckInterval)])
        {
            if (value < TimeSpan.FromMilliseconds(100) || value > TimeSpan.FromMinutes(5))
                yield return $"{name} must be between 00:00:00.1 and 00:05:00";
        }

        if (MaxCalls < 1)
            yield return "MaxCalls must be 1 or more";
        if (MaxTunnels < 0)
            yield return "MaxTunnels must be 0 or more";
    }
}
