using Heliograph.Keys;
using Heliograph.Protocol;
using Heliograph.Server.Management.Import;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary>The devices of an import's file, and all that is wrong with it. No problem stops the reading: a person mends them all at once.</summary>
internal sealed class ImportFile
{
    private const char ByteOrderMark = '\uFEFF';

    private readonly string _folder;
    private readonly ImportCheck _check;

    private ImportFile(string folder, IReadOnlyDictionary<string, string>? commonTags)
    {
        _folder = folder;
        _check = new(commonTags, ReadKey);
    }

    public IReadOnlyList<NewDevice> Devices { get; private set; } = [];

    public IReadOnlyList<ImportProblem> Problems => _check.Problems;

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

            if (file.Devices.Count == 0 && file.Problems.Count == 0)
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
    public IEnumerable<ImportProblem> FindTaken(IReadOnlySet<DeviceId> existing) => _check.Devices
        .Where(x => existing.Contains(x.Id))
        .Select(x => new ImportProblem(x.Line, $"there is a device '{x.Id}' already; --resume leaves it as it is and sets its keys, name and tags"));

    private void ReadAll(TextReader reader)
    {
        // What the file is, its first character tells; that one is looked at, not taken.
        var line = 1;
        while (reader.Peek() is >= 0 and var next && (char.IsWhiteSpace((char)next) || next == ByteOrderMark))
            line += reader.Read() == '\n' ? 1 : 0;
        var rows = reader.Peek() is '{' or '[' ? ImportJsonLines.Read(reader, line) : ImportCsv.Read(reader, line);
        foreach (var row in rows)
            _check.Add(row);
        Devices = [.. _check.Devices.Select(x => new NewDevice(x.Id, [.. x.PublicKeys.Select(key => PublicKeyPem.Write(key))], x.Name, x.Tags))];
    }

    /// <summary>The public key that a field gives: a key, or the name of a file with one.</summary>
    private byte[]? ReadKey(string text, out string problem)
    {
        problem = "";
        try
        {
            if (!ImportKey.IsKey(text))
                return PublicKeyFile.Read(Path.Combine(_folder, text));
            // Of a private key it is the public one that counts.
            var isRead = text.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
                ? PublicKeyFile.TryRead(text.Replace("\\n", "\n", StringComparison.Ordinal), out var key, out var wrong)
                : ImportKey.TryRead(text, out key, out wrong);
            if (!isRead)
                problem = wrong!;
            return key;
        }
        catch (CommandException error)
        {
            problem = error.Message;
            return null;
        }
    }
}
