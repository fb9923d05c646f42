namespace Heliograph.Server.Live.Inspection;

/// <summary>Of an ICE candidate (RFC 8839 section 5.1) the kind and the transport, and nothing of where it leads.</summary>
internal static class CandidateSummary
{
    /// <summary>What it is, in words.</summary>
    public static string Of(string candidate)
    {
        var fields = candidate.Split(' ', 12);
        var transport = fields.Length > 2 && fields[2].Equals("tcp", StringComparison.OrdinalIgnoreCase) ? "TCP" : "UDP";
        return KindOf(candidate) switch
        {
            "host" when fields[4].EndsWith(".local", StringComparison.OrdinalIgnoreCase) =>
                $"an address of its own network, which its browser hides behind a name (host, {transport})",
            "host" => $"an address of its own network (host, {transport})",
            "srflx" => $"its address as the internet sees it (srflx, {transport})",
            "prflx" => $"an address that the other peer saw (prflx, {transport})",
            "relay" => $"a TURN relay (relay, {transport})",
            _ => "a candidate of no known kind",
        };
    }

    /// <summary><c>host</c>, <c>srflx</c>, <c>prflx</c> or <c>relay</c>; null for anything else.</summary>
    public static string? KindOf(string candidate) =>
        candidate.StartsWith("candidate:", StringComparison.Ordinal) && candidate.Split(' ', 12) is [_, _, _, _, _, _, "typ", var kind, ..]
        && kind is "host" or "srflx" or "prflx" or "relay"
            ? kind
            : null;
}
