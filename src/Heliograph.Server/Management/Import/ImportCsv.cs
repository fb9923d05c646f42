using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Server.Management.Import;

/// <summary>
/// Imports as CSV. The heading line names the columns: <c>deviceId</c>, <c>publicKey</c>, <c>name</c>, and <c>tag:KEY</c> for each tag, or <c>tags</c> with all in JSON.
/// Where the first line is a device ID, the file is a list of IDs.
/// </summary>
internal static class ImportCsv
{
    private const string TagPrefix = "tag:";

    /// <summary>Of what <c>device batch --out</c> and the console's export write; they say nothing to an import.</summary>
    private static readonly string[] Ignored = ["batchId", "created", "connected", "lastConnect"];

    private static readonly string[] Known = ["deviceId", "publicKey", "name", "tags"];

    public static IEnumerable<ImportRow> Read(TextReader reader, int firstLine)
    {
        List<string>? columns = null;
        foreach (var (line, cells, problem) in CsvReader.Read(reader, firstLine))
        {
            if (problem is not null)
            {
                yield return new(line) { Problems = [problem] };
            }
            else if (columns is not null)
            {
                yield return ReadRow(line, columns, cells);
            }
            else if (cells.Count == 1 && DeviceId.TryParse(cells[0].Trim(), out _))
            {
                columns = ["deviceId"];
                yield return ReadRow(line, columns, cells);
            }
            else
            {
                columns = [.. cells.Select(NameOf)];
                if (FindProblem(columns) is not { } wrong)
                    continue;
                // Without its columns, nothing in the file means anything.
                yield return new(line) { Problems = [$"{wrong}; the columns are deviceId, publicKey, name and tag:KEY"] };
                yield break;
            }
        }
    }

    private static string NameOf(string heading) =>
        Known.Concat(Ignored).FirstOrDefault(x => x.Equals(heading.Trim(), StringComparison.OrdinalIgnoreCase)) ?? heading.Trim();

    private static string? FindProblem(List<string> columns)
    {
        if (columns.Find(x => !Known.Contains(x) && !Ignored.Contains(x) && !IsTag(x)) is { } unknown)
            return $"there is no column '{ImportCheck.Quote(unknown)}'";
        if (!columns.Contains("deviceId"))
            return "the column deviceId is missing";
        return columns.GroupBy(x => x, StringComparer.Ordinal).FirstOrDefault(x => x.Count() > 1) is { } twice ? $"the column '{ImportCheck.Quote(twice.Key)}' is there twice" : null;
    }

    private static bool IsTag(string column) => column.StartsWith(TagPrefix, StringComparison.Ordinal) && column.Length > TagPrefix.Length;

    private static ImportRow ReadRow(int line, List<string> columns, IReadOnlyList<string> cells)
    {
        if (cells.Count != columns.Count)
            return new(line) { Problems = [$"has {cells.Count} {(cells.Count == 1 ? "field" : "fields")}; the heading line has {columns.Count}"] };

        var values = columns.Zip(cells).Where(x => x.Second.Trim().Length > 0).ToDictionary(x => x.First, x => CsvText.Unguard(x.Second.Trim()), StringComparer.Ordinal);
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = values.TryGetValue("tags", out var json) && !TryReadTags(json, tags) ? ["tags: must be a JSON object of texts"] : (IReadOnlyList<string>)[];
        foreach (var (column, value) in values.Where(x => IsTag(x.Key)))
            tags[column[TagPrefix.Length..]] = value;
        return new(line)
        {
            DeviceId = values.GetValueOrDefault("deviceId", ""),
            PublicKeys = values.TryGetValue("publicKey", out var key) ? ImportKey.Split(key) : [],
            Name = values.GetValueOrDefault("name"),
            Tags = tags.Count == 0 ? null : tags,
            Problems = problems,
        };
    }

    private static bool TryReadTags(string json, Dictionary<string, string> tags)
    {
        try
        {
            foreach (var (key, value) in JsonSerializer.Deserialize(json, ProtocolJson.Default.DictionaryStringString) ?? [])
                tags[key] = value;
            return tags.All(x => x.Value is not null);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
