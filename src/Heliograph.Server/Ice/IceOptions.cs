namespace Heliograph.Server.Ice;

/// <summary>The STUN and TURN servers that peers are given.</summary>
internal sealed class IceOptions
{
    /// <summary>STUN URLs, e.g. <c>stun:stun.example.com:3478</c>; for anyone.</summary>
    public IList<string> StunUrls { get; } = [];

    /// <summary>TURN URLs, e.g. <c>turn:turn.example.com:3478?transport=udp</c>; for valid tokens with the scope <c>turn</c>.</summary>
    public IList<string> TurnUrls { get; } = [];

    /// <summary>The secret shared with the TURN servers (coturn's <c>static-auth-secret</c> with <c>use-auth-secret</c>).</summary>
    public string? TurnSecret { get; set; }

    /// <summary>How long TURN credentials are valid.</summary>
    public TimeSpan TurnCredentialLifetime { get; set; } = TimeSpan.FromHours(12);

    public IEnumerable<string> Validate()
    {
        for (var i = 0; i < StunUrls.Count; i++)
        {
            if (!HasScheme(StunUrls[i], "stun:", "stuns:"))
                yield return $"StunUrls:{i} must begin with stun: or stuns: and name a host";
        }

        for (var i = 0; i < TurnUrls.Count; i++)
        {
            if (!HasScheme(TurnUrls[i], "turn:", "turns:"))
                yield return $"TurnUrls:{i} must begin with turn: or turns: and name a host";
        }

        if (TurnUrls.Count > 0 && string.IsNullOrEmpty(TurnSecret))
            yield return "TurnSecret must be set where TurnUrls are";
        if (TurnCredentialLifetime < TimeSpan.FromMinutes(1) || TurnCredentialLifetime > TimeSpan.FromDays(30))
            yield return "TurnCredentialLifetime must be between 00:01:00 and 30.00:00:00";
    }

    private static bool HasScheme(string? url, params ReadOnlySpan<string> schemes)
    {
        foreach (var scheme in schemes)
        {
            if (url is not null && url.StartsWith(scheme, StringComparison.Ordinal) && url.Length > scheme.Length && !url.Contains(' '))
                return true;
        }

        return false;
    }
}
