using System.Diagnostics;

namespace Heliograph.Docs.Tests;

/// <summary>Runs scripts with bash, as a reader does.</summary>
internal static class Shell
{
    /// <summary>Runs a script in a folder. The Node.js that it finds is the one that comes with Playwright.</summary>
    /// <returns>Its standard output.</returns>
    public static async Task<string> RunAsync(string script, DirectoryInfo folder)
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
        start.Environment["PATH"] = $"{Path.GetDirectoryName(node)}:{Environment.GetEnvironmentVariable("PATH")}";
        using var bash = Process.Start(start)!;
        var output = bash.StandardOutput.ReadToEndAsync();
        var errors = bash.StandardError.ReadToEndAsync();
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        try
        {
            await bash.WaitForExitAsync().WaitAsync(TestPeer.Patience);
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
