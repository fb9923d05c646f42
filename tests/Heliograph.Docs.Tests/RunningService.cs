using System.Diagnostics;

namespace Heliograph.Docs.Tests;

/// <summary>The built executable in a folder of its own, started as the pages say, on a free port.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private RunningService(Process process, DirectoryInfo folder, string baseUrl)
    {
        _process = process;
        Folder = folder;
        BaseUrl = baseUrl;
    }

    /// <summary>The folder it was started in.</summary>
    public DirectoryInfo Folder { get; }

    public string BaseUrl { get; }

    public static async Task<RunningService> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("heliograph-docs-");
        var process = Start("dotnet", [Repository.Program, "serve", "--listen", "http://localhost:0"], folder);
        _ = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        string? baseUrl = null;
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains("Base URL", StringComparison.Ordinal))
                baseUrl = line.Split(' ')[^1];
            if (line.Contains("Stop", StringComparison.Ordinal))
                return new(process, folder, baseUrl!);
        }

        throw new InvalidOperationException("The service ended before it ran.");
    }

    /// <summary>Runs a script with bash in the service's folder.</summary>
    /// <returns>Its standard output.</returns>
    public async Task<string> RunAsync(string script)
    {
        using var bash = Start("bash", ["-euo", "pipefail", "-s"], Folder);
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var output = bash.StandardOutput.ReadToEndAsync();
        var errors = bash.StandardError.ReadToEndAsync();
        await bash.WaitForExitAsync().WaitAsync(Patience);
        bash.ExitCode.ShouldBe(0, $"{await output}\n{await errors}");
        return await output;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Folder.Delete(recursive: true);
    }

    private static Process Start(string program, string[] arguments, DirectoryInfo folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        };
        // Settings of whoever runs the tests are not the service's.
        foreach (var name in start.Environment.Keys.Where(x => x.StartsWith("HELIOGRAPH_", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }
}
