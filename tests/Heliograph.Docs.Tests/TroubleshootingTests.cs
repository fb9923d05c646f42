using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Heliograph.Docs.Tests;

/// <summary>The sample outputs of docs/troubleshooting.md against what the commands print.</summary>
public sealed partial class TroubleshootingTests : IDisposable
{
    private const string Page = "docs/troubleshooting.md";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Doctor_OfAHealthyService_PrintsWhatThePageShows()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"));

        var output = await RunAsync("doctor", service.BaseUrl, "--api-key-file", service.ApiKeyFile);

        Stable(output).ShouldBe(Stable(Sample(0)));
    }

    [Fact]
    public async Task Doctor_OfAServiceWithAWrongPublicUrl_PrintsWhatThePageShows()
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--listen", url, "--public-url", "http://127.0.0.1:1");

        var lines = (await RunAsync("doctor", url, "--api-key-file", service.ApiKeyFile)).Split('\n');

        // The page shows the line that failed and what follows at once, and the verdict.
        var shown = Sample(1).Trim().Split('\n').Select(Stable).ToList();
        var printed = lines.Select(Stable).ToList();
        shown.Where(line => line.Length > 0).ShouldBeSubsetOf(printed);
    }

    [Fact]
    public async Task Inspect_OfABadToken_PrintsWhatThePageShows()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"));
        using var api = service.CreateApiClient();
        using SigningKey registered = new(), other = new();
        var device = await api.CreateDeviceAsync(await api.CreateProductAsync(), registered);
        var token = other.DeviceToken(device, x => x["exp"] = DateTimeOffset.UtcNow.AddSeconds(-200).ToUnixTimeSeconds(), scope: "turn");

        var output = await RunAsync(
            "token", "inspect", "--url", service.BaseUrl, "--api-key-file", service.ApiKeyFile, "--for", device.ToString(), token);

        Stable(output).ShouldBe(Stable(Sample(2)));
    }

    private static string Sample(int index) => Markdown.Blocks(Repository.Read(Page), "text")[index];

    private static async Task<string> RunAsync(params string[] arguments)
    {
        await using var process = HeliographProcess.Start(arguments, new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = "/nonexistent" });
        await process.ExitAsync();
        return process.Output;
    }

    /// <summary>What does not change from run to run.</summary>
    private static string Stable(string text)
    {
        text = Time().Replace(text, "TIME");
        text = Measured().Replace(text, "TOOK");
        text = Port().Replace(text, "PORT");
        text = Hash().Replace(text, "HASH");
        text = Id().Replace(text, "ID");
        return string.Join('\n', text.Split('\n').Select(x => x.TrimEnd())).Trim();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"\d{10}, \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ, [^\n]*")]
    private static partial Regex Time();

    [GeneratedRegex(@"\b\d+(\.\d+)? m?s\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Measured();

    [GeneratedRegex(@"(?<=127\.0\.0\.1:|port )\d{4,5}")]
    private static partial Regex Port();

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Hash();

    [GeneratedRegex("w[pd]-[a-z0-9]{8,16}")]
    private static partial Regex Id();
}
