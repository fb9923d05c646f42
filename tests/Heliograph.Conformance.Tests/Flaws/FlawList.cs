using Heliograph.Conformance.Tests.Proxy;

namespace Heliograph.Conformance.Tests.Flaws;

/// <summary>For each check a flaw that it must find.</summary>
internal static class FlawList
{
    public static IReadOnlyDictionary<string, Flaw> All { get; } = ((IEnumerable<(string Id, Flaw Flaw)>)
        [.. TokenFlaws.All, .. HttpFlaws.All, .. UrlFlaws.All, .. FrameFlaws.All, .. PresenceFlaws.All, .. EndingFlaws.All])
        .ToDictionary(x => x.Id, x => x.Flaw, StringComparer.Ordinal);
}
