using Heliograph.Server.Management;

namespace Heliograph.Server.Regions;

/// <summary>A region, as all nodes know it.</summary>
internal sealed class RegionOptions
{
    /// <summary>The region's name, as products have it.</summary>
    public string? Name { get; set; }

    /// <summary>The base URL by which peers and the other regions reach its nodes, or their load balancer.</summary>
    public string? Url { get; set; }

    public IEnumerable<string> Validate()
    {
        if (!FieldRules.IsRegion(Name))
            yield return $"Name must be {FieldRules.RegionForm}";
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            || uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length > 0)
            yield return "Url must be an http:// or https:// URL without a query";
    }
}
