using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Heliograph.Sdk.Tests.Trimming;

/// <summary>An app whose unused code was cut away, the SDK's included, connects and talks all the same.</summary>
public sealed class TrimmedAppTests(ServiceFixture service)
{
    /// <summary>Restoring, building and trimming, on a machine that does other things as well.</summary>
    private static readonly TimeSpan BuildPatience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task TrimmedApp_WithADeviceInAHostAndAClient_Talks()
    {
        using var folder = new TempFolder();
        foreach (var file in new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "Trimming", "App")).EnumerateFiles())
            file.CopyTo(folder.PathOf(file.Name));
        await RunAsync(
            "dotnet",
            ["publish", folder.PathOf("TrimmedApp.csproj"), "--nologo", "--verbosity", "quiet", "--runtime", RuntimeInformation.RuntimeIdentifier,
                "--output", folder.PathOf("app"), $"-p:Assemblies={AppContext.BaseDirectory}"],
            BuildPatience);
        var registered = await service.CreateDeviceAsync();
        var key = folder.Write("device.pem", registered.DeviceKey.PrivatePem);

        var output = await RunAsync(
            folder.PathOf(OperatingSystem.IsWindows() ? "app/TrimmedApp.exe" : "app/TrimmedApp"),
            [registered.Endpoint.AbsoluteUri, registered.Address.Product.Value, registered.Address.Device.Value, key, registered.ClientToken()],
            TestPeer.Patience);

        output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["ICE servers: 0", "DescriptionMessage", "CandidateMessage", "\"hello\""]);
        new FileInfo(folder.PathOf("app/Heliograph.Protocol.dll")).Length
            .ShouldBeLessThan(new FileInfo(Path.Combine(AppContext.BaseDirectory, "Heliograph.Protocol.dll")).Length, "nothing was trimmed");
    }

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments, TimeSpan patience)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Build processes that outlive their command would hold its output open.
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1" },
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(patience);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        process.ExitCode.ShouldBe(0, $"{await output}\n{await errors}");
        return await output;
    }
}
