using System.Globalization;
using System.Text.RegularExpressions;

namespace Heliograph.Turn;

/// <summary>What a message of coturn's statistics is about.</summary>
internal enum TrafficKind
{
    /// <summary>The session begins.</summary>
    Begin,

    /// <summary>Bytes since the last message of this kind.</summary>
    More,

    /// <summary>All bytes of the session: it is over.</summary>
    Total,
}

/// <summary>A message of coturn's statistics that says something of relayed bytes.</summary>
/// <param name="Session">The session, as coturn names it: unique while coturn runs.</param>
/// <param name="User">The user name.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Bytes">Bytes relayed, to peers and from them.</param>
internal sealed partial record TrafficMessage(string Session, string User, TrafficKind Kind, long Bytes)
{
    /// <summary>
    /// Reads a message; null where it is about something else. Bytes are those between the server and the peers: that is what was relayed,
    /// without what the client and the server have to say to each other.
    /// </summary>
    public static TrafficMessage? Read(string channel, string text)
    {
        var match = Channel().Match(channel);
        if (!match.Success)
            return null;

        var (user, session) = (match.Groups["user"].Value, $"{match.Groups["user"].Value}/{match.Groups["id"].Value}");
        if (match.Groups["what"].Value == "status")
            return text.StartsWith("new ", StringComparison.Ordinal) ? new(session, user, TrafficKind.Begin, 0) : null;

        var traffic = Traffic().Match(text);
        return traffic.Success && TryRead(traffic.Groups["received"], out var received) && TryRead(traffic.Groups["sent"], out var sent)
            ? new(session, user, match.Groups["what"].Value == "traffic/peer" ? TrafficKind.More : TrafficKind.Total, received + sent)
            : null;
    }

    private static bool TryRead(Group digits, out long number) =>
        long.TryParse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    [GeneratedRegex(
        "^turn/(realm/[^/]*/)?user/(?<user>[^/]+)/allocation/(?<id>[0-9]+)/(?<what>status|traffic/peer|total_traffic/peer)$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Channel();

    [GeneratedRegex("rcvb=(?<received>[0-9]{1,18}),.*sentb=(?<sent>[0-9]{1,18})", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Traffic();
}
