using Heliograph.Keys;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Management;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary>Something that is wrong with a line of an import.</summary>
internal sealed record ImportProblem(int Line, string Text);

/// <summary>The devices of an import's file, and all that is wrong with it. No problem stops the reading: a person mends them all at once.</summary>
internal sealed class ImportFile
{
    private const char ByteOrderMark = '\uFEFF';

    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, string>? _commonTags;
    private readonly List<NewDevice> _devices = [];
    private readonly List<ImportProblem> _problems = [];
    private readonly Dictionary<DeviceId, int> _lineOf = [];

    private ImportFile(string folder, IReadOnlyDictionary<string, string>? commonTags)
    {
        _folder = folder;
        _commonTags = commonTags;
    }

    public IReadOnlyList<NewDevice> Devices => _devices;

    public IReadOnlyList<ImportProblem> Problems => _problems;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; - is standard input.</param>
    /// <param name="commonTags">Tags that every device gets besides its own.</param>
    /// <exception cref="CommandException">There is no file, it can't be read, or there is no device in it.</exception>
    public static ImportFile Read(string path, IReadOnlyDictionary<string, string>? commonTags)
    {
        try
        {
            var file = new ImportFile(path == "-" ? "" : Path.GetDirectoryName(Path.GetFullPath(path)) ?? "", commonTags);
            if (path == "-")
            {
                StandardInput.Read(file.ReadAll);
            }
            else
            {
                using var reader = File.OpenText(path);
                file.ReadAll(reader);
            }

            if (file._devices.Count == 0 && file._problems.Count == 0)
                throw new CommandException($"{(path == "-" ? "standard input" : $"the file '{path}'")} has no devices in it");
            return file;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"there is no file '{path}'");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"the file '{path}' can't be read: {error.Message}");
        }
    }

    /// <summary>A problem for each device whose ID is taken.</summary>
    public IEnumerable<ImportProblem> FindTaken(IEnumerable<DeviceId> existing) =>
        existing.Select(id => new ImportProblem(_lineOf[id], $"there is a device '{id}' already; --resume leaves it as it is and sets its keys, name and tags"));

    private void ReadAll(TextReader reader)
    {
        // What the file is, its first character tells; that one is looked at, not taken.
        var line = 1;
        while (reader.Peek() is >= 0 and var next && (char.IsWhiteSpace((char)next) || next == ByteOrderMark))
            line += reader.Read() == '\n' ? 1 : 0;
        var rows = reader.Peek() is '{' or '[' ? ImportJsonLines.Read(reader, line) : ImportCsv.Read(reader, line);
        foreach (var row in rows)
            Add(row);
    }

    private void Add(ImportRow row)
    {
        var problems = row.Problems.ToList();
        var keys = new List<string>();
        foreach (var text in row.PublicKeys)
        {
            if (ReadKey(text, out var problem) is { } pem)
                keys.Add(pem);
            else
                problems.Add(problem);
        }

        Check(() => FieldRules.CheckName(row.Name), problems);
        Check(() => FieldRules.CheckTags(row.Tags is null ? null : Provisioning.Merge(_commonTags, row.Tags)), problems);
        if (DeviceId.TryParse(row.DeviceId, out var id))
        {
            if (!_lineOf.TryAdd(id, row.Line))
                problems.Add($"deviceId: '{id}' is on line {_lineOf[id]} already");
        }
        else if (row.Problems.Count == 0 || row.DeviceId is not null)
        {
            problems.Add(string.IsNullOrEmpty(row.DeviceId)
                ? "deviceId: is missing"
                : $"deviceId: '{row.DeviceId}' is not a device ID: one is 'wd-' and 16 letters or digits");
        }

        if (problems.Count == 0)
            _devices.Add(new(id, keys, row.Name, row.Tags));
        else
            _problems.AddRange(problems.Select(problem => new ImportProblem(row.Line, problem)));
    }

    /// <summary>The public key that a field gives: a PEM text, with its line ends as they are or as \n, or the name of a file with one.</summary>
    private string? ReadKey(string text, out string problem)
    {
        try
        {
            if (!text.Contains("-----BEGIN", StringComparison.Ordinal))
            {
                problem = "";
                return PublicKeyPem.Write(PublicKeyFile.Read(Path.Combine(_folder, text)));
            }

            if (PublicKeyFile.TryRead(text.Replace("\\n", "\n", StringComparison.Ordinal), out var key, out var wrong))
            {
                problem = "";
                return PublicKeyPem.Write(key);
            }

            problem = $"publicKey: {wrong}";
        }
        catch (CommandException error)
        {
            problem = $"publicKey: {error.Message}";
        }

        return null;
    }

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
