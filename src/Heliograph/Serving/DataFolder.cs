using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Serving;

/// <summary>The data folder. Open in one process at a time: its lock file is held until the end, whatever the end is.</summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        _path = path;
        _lock = @lock;
    }

    public string DatabaseFile => Path.Combine(_path, "heliograph.db");

    public string ApiKeyFile => Path.Combine(_path, "api-key");

    /// <exception cref="StartException">Another process has it open, or it can't be made.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"the data folder '{path}' can't be made: {error.Message}");
        }

        try
        {
            return new(path, OpenOwn(Path.Combine(path, "lock"), FileMode.OpenOrCreate));
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartException($"the data folder '{path}' can't be written to by this user");
        }
        catch (IOException error) when (IsHeldByAnother(error))
        {
            throw new StartException(
                $"the data folder '{path}' is in use by another heliograph; stop that one, or give this one a folder of its own with --data");
        }
        catch (IOException error)
        {
            throw new StartException($"the data folder '{path}' can't be written to: {error.Message}");
        }
    }

    /// <summary>Makes the database file, where there is none: SQLite makes its files readable to all, unless the first one is there before it.</summary>
    public void EnsureDatabaseFile() => OpenOwn(DatabaseFile, FileMode.OpenOrCreate).Dispose();

    /// <summary>
    /// On the first start, makes an API key and writes it down where only the owner can read it. An empty file is a first start that
    /// was cut short: the key it was for is known to nobody, and without another one nobody could ever manage this service.
    /// </summary>
    public async Task EnsureApiKeyAsync(IServiceProvider services, Settings settings)
    {
        var keys = services.GetRequiredService<ApiKeyStore>();
        if (await keys.AnyAsync(CancellationToken.None) && new FileInfo(ApiKeyFile) is not { Exists: true, Length: 0 })
            return;

        // One that was left over would keep its mode. The file comes before the key, so that no key is made that can't be written down.
        File.Delete(ApiKeyFile);
        await using var writer = new StreamWriter(OpenOwn(ApiKeyFile, FileMode.CreateNew));
        var organization = settings.Registry.OperatorOrganization;
        var created = await keys.CreateAsync(
            Actor.Service(organization), organization, "first key", [ApiKeyStore.Read, ApiKeyStore.Manage], expiresAt: null, CancellationToken.None);
        await writer.WriteLineAsync(created.Key);
    }

    /// <summary>The first API key, where its file is still there.</summary>
    public string? ReadApiKey() => File.Exists(ApiKeyFile) ? File.ReadAllText(ApiKeyFile).Trim() : null;

    public void Dispose() => _lock.Dispose();

    /// <summary>Opens a file of which nobody else has a handle; where it is made, only the owner may ever read it.</summary>
    private static FileStream OpenOwn(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new(path, options);
    }

    /// <summary>Whether opening failed because another process holds the file: EAGAIN on Linux and macOS, ERROR_SHARING_VIOLATION on Windows.</summary>
    private static bool IsHeldByAnother(IOException error) => (error.HResult & 0xFFFF) is 11 or 35 or 32;
}
