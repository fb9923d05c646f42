using System.Text;

namespace Heliograph.Program.Tests;

/// <summary>Settings: where they come from, which one counts, and how wrong ones are told.</summary>
public sealed class SettingsTests : IDisposable
{
    /// <summary>The setting that these tests change, as bytes that a message may have.</summary>
    private const int InFile = 2000, InEnvironment = 3000;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task File_OfSettings_Counts()
    {
        var config = WriteConfig($$"""{ "Relay": { "MaxMessageSize": {{InFile}} } }""");

        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--config", config);

        (await TakesMessageOfAsync(service, InFile - 100)).ShouldBeTrue();
        (await TakesMessageOfAsync(service, InFile + 1)).ShouldBeFalse();
    }

    [Fact]
    public async Task File_WithCommentsAndATrailingComma_Counts()
    {
        var config = WriteConfig($$"""
            {
              // Our cameras send short messages.
              "Relay": { "MaxMessageSize": {{InFile}}, },
            }
            """);

        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--config", config);

        (await TakesMessageOfAsync(service, InFile + 1)).ShouldBeFalse();
    }

    [Fact]
    public async Task File_WithADotBeforeItsName_Counts()
    {
        var config = _folder.Write(".heliograph.json", $$"""{ "Relay": { "MaxMessageSize": {{InFile}} } }""");

        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"), "--config", config);

        (await TakesMessageOfAsync(service, InFile + 1)).ShouldBeFalse();
    }

    [Fact]
    public async Task Environment_BesideAFile_CountsOverIt()
    {
        var config = WriteConfig($$"""{ "Relay": { "MaxMessageSize": {{InFile}} } }""");
        var environment = new Dictionary<string, string> { ["HELIOGRAPH_RELAY__MAXMESSAGESIZE"] = $"{InEnvironment}" };

        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"), environment, "--config", config);

        (await TakesMessageOfAsync(service, InEnvironment - 100)).ShouldBeTrue();
        (await TakesMessageOfAsync(service, InEnvironment + 1)).ShouldBeFalse();
    }

    [Fact]
    public async Task CommandLine_BesideFileAndEnvironment_CountsOverBoth()
    {
        var config = WriteConfig("""{ "PublicUrl": "http://file.example.com" }""");
        var environment = new Dictionary<string, string> { ["HELIOGRAPH_PUBLICURL"] = "http://environment.example.com" };

        await using var byEnvironment = await HeliographProcess.ServeAsync(_folder.Sub("one"), environment, "--config", config);
        await using var byCommandLine = await HeliographProcess.ServeAsync(
            _folder.Sub("two"), environment, "--config", config, "--public-url", "http://command.example.com");

        byEnvironment.BaseUrl.ShouldBe("http://environment.example.com");
        byCommandLine.BaseUrl.ShouldBe("http://command.example.com");
    }

    [Fact]
    public async Task WrongSettings_FromEverywhere_AreAllToldAtOnceByTheirKeys()
    {
        var config = WriteConfig("""
            { "Relay": { "MaxMessageSize": "large", "PingInterval": "00:00:00" }, "Rellay": { "OutboxSize": 1 }, "Ice": { "StunUrls": ["http://nonsense"] } }
            """);
        var environment = new Dictionary<string, string> { ["HELIOGRAPH_TELEMETRY__OTLPENDPOINT"] = "nowhere" };

        var error = await FailToServeAsync(environment, "--config", config, "--listen", "ftp://here", "--public-url", "there");

        foreach (var key in (string[])["Relay:MaxMessageSize", "Relay:PingInterval", "Rellay:OutboxSize", "Ice:StunUrls", "Telemetry:OtlpEndpoint", "Listen", "PublicUrl"])
            error.Split('\n').Count(line => line.StartsWith($"heliograph: {key}", StringComparison.OrdinalIgnoreCase)).ShouldBe(1, $"{key} in: {error}");
    }

    [Fact]
    public async Task File_ThatIsMissing_IsNamed()
    {
        (await FailToServeAsync(null, "--config", _folder.PathOf("missing.json"))).ShouldHaveSingleLine().ShouldContain($"'{_folder.PathOf("missing.json")}'");
    }

    [Theory]
    [InlineData("{\n  \"Relay\": {\n    \"MaxMessageSize\": 2000,,\n  }\n}", "line 3")]
    [InlineData("{\n  \"Relay\": {", "line 2")]
    [InlineData("[]", "")]
    [InlineData("", "")]
    public async Task File_ThatIsBroken_IsNamedWithItsLine(string content, string where)
    {
        var config = WriteConfig(content);

        var error = (await FailToServeAsync(null, "--config", config)).ShouldHaveSingleLine();

        error.ShouldContain(config);
        error.ShouldContain(where);
    }

    private string WriteConfig(string json) => _folder.Write("heliograph.json", json);

    private async Task<string> FailToServeAsync(IReadOnlyDictionary<string, string>? environment, params string[] more)
    {
        await using var process = HeliographProcess.Start(["serve", "--data", _folder.PathOf("data"), .. more], environment);

        (await process.ExitAsync()).ShouldBe(1);
        process.Log.ShouldNotContain("   at ");
        return process.Log.Trim();
    }

    /// <summary>Whether the service lets a message of this size live.</summary>
    private static async Task<bool> TakesMessageOfAsync(HeliographProcess service, int size)
    {
        using var api = service.CreateApiClient();
        using var key = new SigningKey();
        await using var device = await api.OpenDeviceAsync(await api.CreateDeviceAsync(await api.CreateProductAsync(), key), key);
        await device.SendAsync(Encoding.ASCII.GetBytes(new string(' ', size)));
        try
        {
            await device.DrainAsync();
            return true;
        }
        catch (Exception error) when (error is InvalidOperationException or System.Net.WebSockets.WebSocketException)
        {
            await device.Ended;
            device.CloseCode.ShouldBe(1009);
            return false;
        }
    }
}
