using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Heliograph.Docs.Tests;

/// <summary>Runs scripts with bash, as a reader does.</summary>
internal static class Shell
{
    private static readonly string DotNetRoot = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>
    /// Runs a script in a folder. The Node.js that it finds is the one that comes with Playwright, the .NET SDK the one that these tests
    /// run on.
    /// </summary>
    /// <param name="script">The script.</param>
    /// <param name="folder">Where it begins.</param>
    /// <param name="environment">Variables on top of this process' own.</param>
    /// <param name="patience">How long it may take; the usual where null.</param>
    /// <returns>Its standard output.</returns>
    public static async Task<string> RunAsync(
        string script, DirectoryInfo folder, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? patience = null)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-s"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        };
        var node = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, ".playwright", "node"), "node", SearchOption.AllDirectories).First();
        start.Environment["PATH"] = $"{Path.GetDirectoryName(node)}:{DotNetRoot}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["DOTNET_ROOT"] = DotNetRoot;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var bash = Process.Start(start)!;
        var output = bash.StandardOutput.ReadToEndAsync();
        var errors = bash.StandardError.ReadToEndAsync();
        try
        {
            await bash.StandardInput.WriteAsync(script);
            bash.StandardInput.Close();
            await bash.WaitForExitAsync().WaitAsync(patience ?? TestPeer.Patience);
        }
        catch (TimeoutException)
        {
            bash.Kill(entireProcessTree: true);
            throw new TimeoutException($"The script goes on and on.\n{await output}\n{await errors}");
        }
        finally
        {
            if (!bash.HasExited)
                bash.Kill(entireProcessTree: true);
        }

        bash.ExitCode.ShouldBe(0, $"{await output}\n{await errors}");
        return await output;
    }
}
