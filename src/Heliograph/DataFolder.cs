using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph;

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
        var lockFile = Path.Combine(path, "lock");
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

        FileStream @lock;
        try
        {
            @lock = new(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartException($"the data folder '{path}' can't be written to by this user");
        }
        catch (IOException)
        {
            throw new StartException(
                $"the data folder '{path}' is in use by another heliograph; stop that one, or give this one a folder of its own with --data");
        }

        return new(path, @lock);
    }

    /// <summary>On the first start, makes an API key and writes it down where only the owner can read it.</summary>
    public async Task EnsureApiKeyAsync(IServiceProvider services, Settings settings)
    {
        var keys = services.GetRequiredService<ApiKeyStore>();
        if (await keys.AnyAsync(CancellationToken.None))
            return;

        var created = await keys.CreateAsync(
            settings.Registry.OperatorOrganization, "first key", [ApiKeyStore.Read, ApiKeyStore.Manage], expiresAt: null, CancellationToken.None);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        await using var writer = new StreamWriter(ApiKeyFile, options);
        await writer.WriteLineAsync(created.Key);
    }

    /// <summary>The first API key, where its file is still there.</summary>
    public string? ReadApiKey() => File.Exists(ApiKeyFile) ? File.ReadAllText(ApiKeyFile).Trim() : null;

    public void Dispose() => _lock.Dispose();
}
