namespace Heliograph.Server.Regions;

/// <summary>Another region than this node's.</summary>
internal sealed class Region(string name, string url, RegionCircuit circuit)
{
    public string Name { get; } = name;

    /// <summary>Its base URL, without a slash at its end.</summary>
    public string Url { get; } = url.TrimEnd('/');

    public RegionCircuit Circuit { get; } = circuit;
}
