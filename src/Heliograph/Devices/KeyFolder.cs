using Heliograph.Keys;
using Heliograph.Protocol;
using Heliograph.Terminal;

namespace Heliograph.Devices;

/// <summary>A folder with the private keys of a batch's devices, each in a file that is named for its device.</summary>
internal sealed class KeyFolder
{
    private const string Extension = ".pem";

    private readonly List<DeviceId> _ids;

    private KeyFolder(string path, List<DeviceId> ids)
    {
        Path = path;
        _ids = ids;
    }

    public string Path { get; }

    /// <summary>The devices whose keys are there.</summary>
    public IReadOnlyList<DeviceId> Ids => _ids;

    /// <summary>Opens a folder, which is made where there is none.</summary>
    /// <exception cref="CommandException">It has keys of another batch, or can't be used.</exception>
    public static KeyFolder Open(string path, int count, bool resume)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

            var ids = Directory.EnumerateFiles(path, "*" + Extension)
                .Select(file => DeviceId.TryParse(System.IO.Path.GetFileNameWithoutExtension(file), out var id) ? id : default)
                .Where(id => id != default)
                .OrderBy(id => id.Value, StringComparer.Ordinal)
                .ToList();
            if (ids.Count > 0 && !resume)
                throw new CommandException($"--generate-keys: '{path}' has {Wording.Count(ids.Count, "key")} of devices already; give another folder, or --resume to go on with that batch");
            if (ids.Count > count)
                throw new CommandException($"--generate-keys: '{path}' has {Wording.Count(ids.Count, "key")} of devices, more than --count says");
            return new(path, ids);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"--generate-keys: the folder '{path}' can't be used: {error.Message}");
        }
    }

    public string FileOf(DeviceId id) => System.IO.Path.Combine(Path, id + Extension);

    /// <summary>The devices whose keys are there, with their public keys.</summary>
    public List<NewDevice> Read() => [.. _ids.Select(id => new NewDevice(id, [PublicKeyPem.Write(PublicKeyFile.Read(FileOf(id)))]))];

    /// <summary>Makes a device ID and a key for it.</summary>
    public NewDevice Generate()
    {
        var id = DeviceId.New();
        return new(id, [PublicKeyPem.Write(NewKeyFile.Write(FileOf(id)))]);
    }
}
