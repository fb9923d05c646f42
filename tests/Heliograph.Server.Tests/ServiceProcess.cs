using System.Diagnostics;
using Heliograph.Testing;

namespace Heliograph.Server.Tests;

/// <summary>The built executable as a process of its own, for what is too much for one: ten thousand sockets at both ends.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly Task _output;

    private ServiceProcess(Process process, DirectoryInfo folder, ApiClient api)
    {
        _process = process;
        _folder = folder;
        Api = api;
        // Nobody needs the rest of the output, but it must not fill its pipe.
        _output = Task.WhenAll(
            process.StandardOutput.BaseStream.CopyToAsync(Stream.Null), process.StandardError.BaseStream.CopyToAsync(Stream.Null));
    }

    public ApiClient Api { get; }

    /// <summary>Starts it on a free port and a folder of its own.</summary>
    /// <param name="settings">Settings, by their configuration keys.</param>
    public static async Task<ServiceProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("heliograph-test-");
        var start = new ProcessStartInfo(Executable, ["serve", "--listen", "http://127.0.0.1:0", "--data", folder.FullName])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in settings)
            start.Environment["HELIOGRAPH_" + key.Replace(":", "__", StringComparison.Ordinal)] = value;

        var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        string? url = null;
        while (url is null && await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            url = line.Split("Base URL", 2) is [_, var found] ? found.Trim() : null;
        if (url is null)
            throw new InvalidOperationException($"The service did not start: {await process.StandardError.ReadToEndAsync(patience.Token)}");
        var apiKey = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "api-key"));
        return new(process, folder, new(url, apiKey.Trim()));
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        await _output;
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Beside this test project's own output: artifacts/bin/{project}/{configuration}.</summary>
    private static string Executable
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(own.Parent!.Parent!.FullName, "Heliograph", own.Name, OperatingSystem.IsWindows() ? "heliograph.exe" : "heliograph");
        }
    }
}
