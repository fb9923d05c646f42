using System.Text.RegularExpressions;

namespace Heliograph.Docs.Tests;

/// <summary>As much of Markdown as these tests read.</summary>
internal static partial class Markdown
{
    /// <summary>The fenced blocks of a language, in order.</summary>
    public static IReadOnlyList<string> Blocks(string page, string language) =>
        [.. Fenced().Matches(page).Where(x => x.Groups["language"].Value == language).Select(x => x.Groups["text"].Value)];

    /// <summary>All fenced blocks, in order; some have the name of a file, as in <c>```csharp Camera/Program.cs</c>.</summary>
    public static IEnumerable<(string Language, string FileName, string Text)> AllBlocks(string page) =>
        Fenced().Matches(page).Select(x => (x.Groups["language"].Value, x.Groups["name"].Value, x.Groups["text"].Value));

    /// <summary>The fenced blocks that are whole files, by name.</summary>
    public static IReadOnlyDictionary<string, string> Files(string page) =>
        AllBlocks(page).Where(x => x.FileName.Length > 0).ToDictionary(x => x.FileName, x => x.Text);

    /// <summary>The page without its fenced blocks.</summary>
    public static string Prose(string page) => Fenced().Replace(page, "");

    /// <summary>The rows of the first table below a heading, cell by cell, without the header.</summary>
    public static IReadOnlyList<string[]> Table(string page, string heading)
    {
        var lines = page.Split('\n').SkipWhile(line => line.TrimStart('#') != $" {heading}" || !line.StartsWith('#')).ToList();
        lines.ShouldNotBeEmpty($"There is no heading '{heading}'.");
        return [.. lines.SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|')).Skip(2).Select(Cells)];
    }

    /// <summary>The anchors that a page's headings make.</summary>
    public static IReadOnlySet<string> Anchors(string page)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(Prose(page)))
        {
            var text = NotInAnchors().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-');
            var anchor = text;
            for (var i = 1; !anchors.Add(anchor); i++)
                anchor = $"{text}-{i}";
        }

        return anchors;
    }

    /// <summary>Where a page's links and pictures point.</summary>
    public static IEnumerable<string> Links(string page) =>
        Link().Matches(InlineCode().Replace(Prose(page), "")).Select(x => x.Groups["target"].Value);

    /// <summary>What stands in backticks; the text as it is where nothing does.</summary>
    public static string Code(string cell) => InlineCode().Match(cell) is { Success: true } match ? match.Value.Trim('`') : cell;

    private static string[] Cells(string row) => [.. CellBorder().Split(row.Trim().Trim('|')).Select(x => x.Trim())];

    [GeneratedRegex("^```(?<language>\\w*)( (?<name>\\S+))?\\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fenced();

    [GeneratedRegex("^#{1,6} (?<text>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex("""(\]\(|(src|srcset|href)=")(?<target>[^)"\s]+)[)"]""", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellBorder();
}
