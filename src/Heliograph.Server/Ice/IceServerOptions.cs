using Heliograph.Server.Ice.Stun;
using Heliograph.Server.Management;

namespace Heliograph.Server.Ice;

/// <summary>A STUN and TURN server, and where it stands.</summary>
internal sealed class IceServerOptions
{
    /// <summary>The region that the server stands in; where unset, it comes behind those that are near.</summary>
    public string? Region { get; set; }

    /// <summary>Its URLs, both for STUN and for TURN; TCP is <c>turn:…?transport=tcp</c>, TLS is <c>turns:…?transport=tcp</c>.</summary>
    public IList<string> Urls { get; } = [];

    /// <summary>The secret shared with this server, where it has one of its own.</summary>
    public string? TurnSecret { get; set; }

    public IEnumerable<string> Validate(string? commonSecret)
    {
        if (Region is not null && !FieldRules.IsRegion(Region))
            yield return $"Region must be {FieldRules.RegionForm}";
        if (Urls.Count == 0)
            yield return "Urls must have a URL";
        for (var i = 0; i < Urls.Count; i++)
        {
            if (IceUrl.Parse(Urls[i]) is null)
                yield return $"Urls:{i} must be stun:HOST:PORT, turn:HOST:PORT?transport=udp (or tcp) or turns:HOST:PORT?transport=tcp, and '{Urls[i]}' is none";
        }

        if (string.IsNullOrEmpty(TurnSecret ?? commonSecret) && Urls.Any(url => IceUrl.Parse(url) is { IsTurn: true }))
            yield return "TurnSecret must be set where Urls are for TURN, here or in Ice:TurnSecret";
    }
}
