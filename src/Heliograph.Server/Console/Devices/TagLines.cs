using Heliograph.Server.Management;

namespace Heliograph.Server.Console.Devices;

/// <summary>Tags as people write them in a form: a line for each, <c>key=value</c>.</summary>
internal static class TagLines
{
    /// <summary>The tags of a form.</summary>
    /// <exception cref="Hosting.ApiException">400: a line is not a tag, or a tag is against the rules.</exception>
    public static IReadOnlyDictionary<string, string> Read(string? text)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = (text ?? "").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0)
                continue;
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at < 1)
                throw FieldRules.Problem("tags", $"line {i + 1} is not key=value");
            if (!tags.TryAdd(line[..at].Trim(), line[(at + 1)..].Trim()))
                throw FieldRules.Problem("tags", $"line {i + 1} has a key that an earlier line has, too");
        }

        FieldRules.CheckTags(tags);
        return tags;
    }

    public static string Write(IReadOnlyDictionary<string, string> tags) =>
        string.Join('\n', tags.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => $"{x.Key}={x.Value}"));
}
