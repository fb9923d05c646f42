using System.Text.RegularExpressions;

namespace Heliograph.Management;

/// <summary>The <c>Link</c> header of paged answers (RFC 8288).</summary>
internal static partial class PageLink
{
    /// <summary>
    /// The query of the next page, <c>?…</c>; null on the last one. The query alone: the link names the host that peers know, which need
    /// not be the one that this call came by, and the API key goes nowhere that a header says.
    /// </summary>
    public static string? NextOf(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var values))
            return null;
        foreach (var match in values.SelectMany(value => Link().Matches(value)))
        {
            if (match.Groups["parameters"].Value.Split(';').Any(IsNext) && match.Groups["target"].Value.Split('#')[0] is var target
                && target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query)
                return target[query..];
        }

        return null;
    }

    private static bool IsNext(string parameter) =>
        parameter.Split('=', 2) is [var name, var value] && name.Trim().Equals("rel", StringComparison.OrdinalIgnoreCase)
        && value.Trim().Trim('"').Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex("""<(?<target>[^>]*)>(?<parameters>[^,<]*)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
