using Heliograph.Protocol;
using Heliograph.Server.Hosting;

namespace Heliograph.Server.Management.Import;

/// <summary>Reads a public key out of a field of an import.</summary>
/// <param name="text">The field.</param>
/// <param name="problem">What is wrong with it.</param>
/// <returns>The DER SubjectPublicKeyInfo; null where something is wrong.</returns>
internal delegate byte[]? ReadImportKey(string text, out string problem);

/// <summary>Checks the lines of an import. No problem stops it: a person mends them all at once.</summary>
/// <param name="commonTags">Tags that every device gets besides its own.</param>
/// <param name="readKey">Reads a key.</param>
internal sealed class ImportCheck(IReadOnlyDictionary<string, string>? commonTags, ReadImportKey readKey)
{
    private readonly List<ImportDevice> _devices = [];
    private readonly List<ImportProblem> _problems = [];
    private readonly Dictionary<DeviceId, int> _lineOf = [];

    /// <summary>The devices of the lines that nothing is wrong with.</summary>
    public IReadOnlyList<ImportDevice> Devices => _devices;

    /// <summary>All that is wrong, in the order of the lines.</summary>
    public IReadOnlyList<ImportProblem> Problems => _problems;

    public void Add(ImportRow row)
    {
        var problems = row.Problems.ToList();
        var keys = new List<byte[]>();
        foreach (var text in row.PublicKeys)
        {
            if (readKey(text, out var problem) is { } key)
                keys.Add(key);
            else
                problems.Add($"publicKey: {problem}");
        }

        Check(() => FieldRules.CheckName(row.Name), problems);
        Check(() => FieldRules.CheckTags(row.Tags is null ? null : Merge(commonTags, row.Tags)), problems);
        if (DeviceId.TryParse(row.DeviceId, out var id))
        {
            if (!_lineOf.TryAdd(id, row.Line))
                problems.Add($"deviceId: '{id}' is on line {_lineOf[id]} already");
        }
        else if (row.Problems.Count == 0 || row.DeviceId is not null)
        {
            problems.Add(string.IsNullOrEmpty(row.DeviceId)
                ? "deviceId: is missing"
                : $"deviceId: '{Quote(row.DeviceId)}' is not a device ID: one is 'wd-' and 16 letters or digits");
        }

        if (problems.Count == 0)
            _devices.Add(new(row.Line, id, keys, row.Name, row.Tags));
        else
            _problems.AddRange(problems.Select(problem => new ImportProblem(row.Line, problem)));
    }

    /// <summary>A device's own tags over those of all.</summary>
    public static IReadOnlyDictionary<string, string> Merge(IReadOnlyDictionary<string, string>? common, IReadOnlyDictionary<string, string> own)
    {
        var merged = new Dictionary<string, string>(common ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (key, value) in own)
            merged[key] = value;
        return merged;
    }

    /// <summary>What a file says, short enough to be quoted.</summary>
    public static string Quote(string text) => text.Length > 80 ? string.Concat(text.AsSpan(0, 80), "…") : text;

    /// <summary>Asks the service's own rules, so that what passes here passes there.</summary>
    private static void Check(Action rule, List<string> problems)
    {
        try
        {
            rule();
        }
        catch (ApiException error)
        {
            problems.Add(error.Message.TrimEnd('.'));
        }
    }
}
