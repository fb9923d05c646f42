using Heliograph.Protocol;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary>
/// Imports as CSV. The heading line names the columns: <c>deviceId</c>, <c>publicKey</c>, <c>name</c>, and <c>tag:KEY</c> for each tag.
/// Where the first line is a device ID, the file is a list of IDs.
/// </summary>
internal static class ImportCsv
{
    private const string TagPrefix = "tag:";

    /// <summary>Of what <c>device batch --out</c> writes; they say nothing to an import.</summary>
    private static readonly string[] Ignored = ["batchId"];

    private static readonly string[] Known = ["deviceId", "publicKey", "name"];

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
            return $"there is no column '{unknown}'";
        if (!columns.Contains("deviceId"))
            return "the column deviceId is missing";
        return columns.GroupBy(x => x, StringComparer.Ordinal).FirstOrDefault(x => x.Count() > 1) is { } twice ? $"the column '{twice.Key}' is there twice" : null;
    }

    private static bool IsTag(string column) => column.StartsWith(TagPrefix, StringComparison.Ordinal) && column.Length > TagPrefix.Length;

    private static ImportRow ReadRow(int line, List<string> columns, IReadOnlyList<string> cells)
    {
        if (cells.Count != columns.Count)
            return new(line) { Problems = [$"has {Wording.Count(cells.Count, "field")}; the heading line has {columns.Count}"] };

        var values = columns.Zip(cells).Where(x => x.Second.Trim().Length > 0).ToDictionary(x => x.First, x => x.Second.Trim(), StringComparer.Ordinal);
        var tags = values.Where(x => IsTag(x.Key)).ToDictionary(x => x.Key[TagPrefix.Length..], x => x.Value, StringComparer.Ordinal);
        return new(line)
        {
            DeviceId = values.GetValueOrDefault("deviceId", ""),
            PublicKeys = values.TryGetValue("publicKey", out var key) ? [key] : [],
            Name = values.GetValueOrDefault("name"),
            Tags = tags.Count == 0 ? null : tags,
        };
    }
}
