using System.Text;
using System.Text.Json;
using Heliograph.Server.Hosting;
using Heliograph.Server.Management.Import;

namespace Heliograph.Devices;

/// <summary>
/// Imports as JSON lines: an object a line with <c>deviceId</c>, <c>name</c>, <c>tags</c>, and <c>publicKey</c> or the <c>publicKeys</c> of
/// a device as the management API tells it, whose other fields are passed over. So <c>device list --json</c> can be read as it is.
/// </summary>
internal static class ImportJsonLines
{
    private static readonly string[] Ignored = ["productId", "batchId", "created", "connected", "lastConnect"];

    public static IEnumerable<ImportRow> Read(TextReader reader, int firstLine)
    {
        for (var line = firstLine; reader.ReadLine() is { } text; line++)
        {
            // The lines of an array that has an item a line.
            var item = text.Trim().TrimEnd(',').TrimStart('[', ' ');
            if (item.Length > 0 && item != "]")
                yield return ReadRow(line, item);
        }
    }

    private static ImportRow ReadRow(int line, string text)
    {
        if (!ForeignJson.TryParse(Encoding.UTF8.GetBytes(text), out var json))
            return new(line) { Problems = ["is not a JSON object on a line of its own"] };
        return json.Value.ValueKind == JsonValueKind.Object ? ReadRow(line, json.Value) : new(line) { Problems = ["is not a JSON object"] };
    }

    private static ImportRow ReadRow(int line, JsonElement json)
    {
        var row = new ImportRow(line);
        var problems = new List<string>();
        foreach (var field in json.EnumerateObject().Where(x => x.Value.ValueKind != JsonValueKind.Null))
        {
            row = field.Name switch
            {
                "deviceId" => row with { DeviceId = Text(field, problems) },
                "name" => row with { Name = Text(field, problems) },
                "publicKey" => row with { PublicKeys = Text(field, problems) is { } key ? [key] : [] },
                "publicKeys" => row with { PublicKeys = Keys(field, problems) },
                "tags" => row with { Tags = Tags(field, problems) },
                _ when Ignored.Contains(field.Name) => row,
                _ => Unknown(row, field.Name, problems),
            };
        }

        return row with { Problems = problems };
    }

    private static ImportRow Unknown(ImportRow row, string name, List<string> problems)
    {
        problems.Add($"there is no field '{name}'; the fields are deviceId, publicKey, name and tags");
        return row;
    }

    private static string? Text(JsonProperty field, List<string> problems)
    {
        if (field.Value.ValueKind == JsonValueKind.String)
            return field.Value.GetString();
        problems.Add($"{field.Name}: must be a text");
        return null;
    }

    private static IReadOnlyList<string> Keys(JsonProperty field, List<string> problems)
    {
        if (field.Value.ValueKind != JsonValueKind.Array
            || field.Value.EnumerateArray().Any(x => x.ValueKind != JsonValueKind.Object || !x.TryGetProperty("key", out var key) || key.ValueKind != JsonValueKind.String))
        {
            problems.Add("publicKeys: must be a list of {\"key\": a PEM text}");
            return [];
        }

        return [.. field.Value.EnumerateArray().Select(x => x.GetProperty("key").GetString()!)];
    }

    private static Dictionary<string, string>? Tags(JsonProperty field, List<string> problems)
    {
        if (field.Value.ValueKind != JsonValueKind.Object || field.Value.EnumerateObject().Any(x => x.Value.ValueKind != JsonValueKind.String))
        {
            problems.Add("tags: must be an object of texts");
            return null;
        }

        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in field.Value.EnumerateObject())
            tags[tag.Name] = tag.Value.GetString()!;
        return tags.Count == 0 ? null : tags;
    }
}
