using System.Text.RegularExpressions;

namespace Heliograph.Conformance.Wire;

/// <summary>Keeps secrets out of what a report quotes: tokens, tickets of signaling URLs, session descriptions.</summary>
internal static partial class Redaction
{
    private const int Longest = 200;

    /// <summary>What may be quoted of a text that came from a service.</summary>
    public static string Of(string text)
    {
        var clean = Control().Replace(Query().Replace(Token().Replace(text, "<token>"), "?…"), " ");
        return clean.Length > Longest ? string.Concat(clean.AsSpan(0, Longest), "…") : clean;
    }

    [GeneratedRegex(@"eyJ[\w-]*(\.[\w-]*)*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();

    [GeneratedRegex(@"\?[^\s""'<>]*=[^\s""'<>]*", RegexOptions.None, 1000)]
    private static partial Regex Query();

    [GeneratedRegex(@"\p{C}+", RegexOptions.None, 1000)]
    private static partial Regex Control();
}
