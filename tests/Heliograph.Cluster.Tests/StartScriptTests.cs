using System.Diagnostics;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using Heliograph.Testing;

namespace Heliograph.Cluster.Tests;

/// <summary><c>./start --cluster</c>, but for the build that comes before.</summary>
public sealed class StartScriptTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Cluster_EndedByCtrlC_LeavesNoProcessAndStartsAgainOnItsData()
    {
        using var folder = new TempFolder();
        if (!OperatingSystem.IsWindows())
            folder.Info.UnixFileMode |= UnixFileMode.OtherExecute;
        var product = "";

        await RunAsync(folder, async nodes =>
        {
            nodes.Count.ShouldBe(2);
            ProcessesIn(folder).Count.ShouldBeGreaterThan(5);
            using var first = ClientOf(folder, nodes[0]);
            product = (await first.CreateProductAsync()).Value;
        });

        await RunAsync(folder, async nodes =>
        {
            using var second = ClientOf(folder, nodes[1]);
            (await second.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{product}")).Status.ShouldBe(HttpStatusCode.OK);
        });
    }

    /// <summary>Starts a cluster, looks at it, and ends it by Ctrl+C.</summary>
    private static async Task RunAsync(TempFolder folder, Func<IReadOnlyList<string>, Task> look)
    {
        using var script = Start(folder);
        try
        {
            await look(await RunningAsync(script));
        }
        finally
        {
            if (!script.HasExited)
                Signal.Send(script.Id, PosixSignal.SIGINT);
            await script.WaitForExitAsync().WaitAsync(Patience);
        }

        script.ExitCode.ShouldBe(0);
        // Helpers of the broker end a moment after it.
        await Eventually.HoldsAsync(
            "nothing runs", () => Task.FromResult(ProcessesIn(folder) is { Count: > 0 } left ? string.Join("; ", left) : null));
    }

    private static Process Start(TempFolder folder)
    {
        const string script = """set -euo pipefail; root="$0" program="$1"; source "$root/eng/start-cluster.sh"; start_cluster 2""";
        var repository = typeof(StartScriptTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(x => x.Key == "Repository").Value!;
        // Whoever runs the tests in the background has Ctrl+C ignored, and a shell that inherits that can't hear it.
        return Process.Start(new ProcessStartInfo("env", ["--default-signal=INT,QUIT", "bash", "-c", script, repository, Path.Combine(HeliographProcess.ProgramFolder, "heliograph.dll")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = folder.Info.FullName,
            Environment = { ["PATH"] = $"{HeliographProcess.RuntimeFolder}:{Environment.GetEnvironmentVariable("PATH")}" },
        })!;
    }

    /// <summary>Waits until it says that all runs.</summary>
    /// <returns>The nodes' addresses.</returns>
    private static async Task<IReadOnlyList<string>> RunningAsync(Process script)
    {
        var nodes = new List<string>();
        while (await script.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line.StartsWith("  Node ", StringComparison.Ordinal))
                nodes.Add(new Uri(line.Split(' ')[^1]).GetLeftPart(UriPartial.Authority));
            if (line.StartsWith("  Stop ", StringComparison.Ordinal))
                return nodes;
        }

        throw new InvalidOperationException("The script ended before the cluster ran.");
    }

    private static ApiClient ClientOf(TempFolder folder, string node) => new(node, File.ReadAllText(folder.PathOf("data/cluster/node-a/api-key")).Trim());

    /// <summary>What works in a folder, or was told of it.</summary>
    private static List<string> ProcessesIn(TempFolder folder)
    {
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(x => int.TryParse(Path.GetFileName(x), out _)))
        {
            try
            {
                var command = File.ReadAllText($"{process}/cmdline").Replace('\0', ' ');
                if (command.Contains(folder.Info.FullName, StringComparison.Ordinal)
                    || new FileInfo($"{process}/cwd").LinkTarget?.StartsWith(folder.Info.FullName, StringComparison.Ordinal) == true)
                    found.Add(command);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is somebody else's.
            }
        }

        return found;
    }
}
