using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Heliograph.Conformance.Tests.Proxy;
using Heliograph.Testing;

namespace Heliograph.Conformance.Tests;

/// <summary><c>heliograph verify</c> as a process, against the executable's own service and against what is none.</summary>
public sealed class VerifyCommandTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private HeliographProcess _service = null!;
    private ApiClient _api = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await HeliographProcess.ServeAsync(_folder.Sub("data"));
        _api = _service.CreateApiClient();
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Verify_OfOurService_PassesAndLeavesNothing()
    {
        var (code, output, errors) = await RunAsync(_service.BaseUrl, "--only", "http", "--only", "routing.takeover", "--json");

        code.ShouldBe(0, errors);
        var report = JsonNode.Parse(output)!;
        report["conforms"]!.GetValue<bool>().ShouldBeTrue();
        report["failed"]!.GetValue<int>().ShouldBe(0);
        report["checks"]!.AsArray().Count.ShouldBe(Suite.Choose(["http", "routing.takeover"]).Count);
        report["checks"]![0]!["outcome"]!.GetValue<string>().ShouldBe("passed");
        (await CountProductsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Verify_OfOurServiceOverHttpAlone_Passes()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["HELIOGRAPH_BesideHttp"] = "false" };
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("over-http"), settings);

        await using var process = Start(File.ReadAllText(service.ApiKeyFile).Trim(), [service.BaseUrl, "--json"]);

        (await process.ExitAsync()).ShouldBe(0, process.Log);
        var report = JsonNode.Parse(process.Output)!;
        report["conforms"]!.GetValue<bool>().ShouldBeTrue();
        report["failed"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public async Task Verify_OfBrokenService_SaysWhatIsWrongAndFails()
    {
        await using var proxy = FlawedService.Start(_service.BaseUrl, Flaws.FlawList.All["http.errors.device-not-found"]);

        var (code, output, _) = await RunAsync(proxy.BaseUrl.AbsoluteUri, "--only", "http.errors.device-not-found", "--only", "http.device-connect");

        code.ShouldBe(1);
        output.ShouldContain("✓ http.device-connect.answer");
        output.ShouldContain("✗ http.errors.device-not-found");
        output.ShouldContain("404 DEVICE_ID_NOT_FOUND: no such device in it.");
        output.ShouldContain("404 PRODUCT_ID_NOT_FOUND (Broken on purpose.)");
        output.ShouldContain("2 passed, 1 failed, 0 not checked");
        (await CountProductsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Verify_OfDeadPort_SaysSo()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://{listener.LocalEndpoint}";
        listener.Stop();

        await FailsAsync(5, "can't be reached", url);
    }

    [Fact]
    public async Task Verify_OfOtherWebServer_SaysSo()
    {
        await using var other = FlawedService.Start(_service.BaseUrl, new() { Call = _ => new(404, [("Content-Type", "text/html")], "<h1>Not Found</h1>") });

        await FailsAsync(1, "no signaling service", other.BaseUrl.AbsoluteUri);
    }

    [Theory]
    [InlineData(null, "nothing.json")]
    [InlineData("{", "is not JSON")]
    [InlineData("{}", "products: must name")]
    [InlineData("""{"products":[{"productId":"x"}]}""", "products[0].productId")]
    [InlineData("""{"products":[{"productId":"wp-12345678","devices":[{"deviceId":"wd-1"}],"keys":["k.pem"]}]}""", "products[0].keys[0]")]
    [InlineData("""{"products":[{"productId":"wp-12345678","device":[]}]}""", "products[0].device")]
    public async Task Verify_WithBrokenFile_SaysWhereAndWhy(string? content, string words)
    {
        var path = content is null ? _folder.PathOf("nothing.json") : _folder.Write("targets.json", content);

        await FailsAsync(1, words, _service.BaseUrl, "--with", path);
    }

    [Fact]
    public async Task Verify_WithFile_NeedsNoApiKey()
    {
        using SigningKey productKey = new(), deviceKey = new();
        var product = await _api.CreateProductAsync();
        await _api.AddProductKeyAsync(product, productKey);
        var device = await _api.CreateDeviceAsync(product, deviceKey);
        _folder.Write("product.pem", productKey.PrivatePem);
        _folder.Write("device.pem", deviceKey.PrivatePem);
        var file = _folder.Write("targets.json", $$"""
            {"products": [{"productId": "{{product}}", "keys": ["product.pem"], "devices": [{"deviceId": "{{device.Device}}", "keys": ["device.pem"]}]}]}
            """);

        var (code, output, errors) = await RunAsync(null, [_service.BaseUrl, "--with", file, "--only", "tokens", "--json"]);

        code.ShouldBe(0, errors);
        var checks = JsonNode.Parse(output)!["checks"]!.AsArray().ToDictionary(x => x!["id"]!.GetValue<string>(), x => x!);
        checks["tokens.expired"]["outcome"]!.GetValue<string>().ShouldBe("passed");
        checks["tokens.removed-key"]["outcome"]!.GetValue<string>().ShouldBe("notChecked");
        checks["tokens.removed-key"]["reason"]!.GetValue<string>().ShouldContain("--api-key");
        (await CountProductsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Verify_Interrupted_RemovesWhatItMade()
    {
        await using var process = Start(ApiKey, [_service.BaseUrl, "--slow", "--only", "url.client-lives-on"]);
        await Eventually.HoldsAsync("the run has made its products", async () => await CountProductsAsync() == 2 ? null : "it has not");

        process.Send(PosixSignal.SIGINT);

        (await process.ExitAsync()).ShouldBe(130);
        (await CountProductsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Verify_WithRestartCommand_RunsItAndWaits()
    {
        var (data, url) = (_folder.Sub("restarted"), "");
        var service = await HeliographProcess.ServeAsync(data);
        try
        {
            url = service.BaseUrl;
            var key = File.ReadAllText(service.ApiKeyFile).Trim();
            await using var verify = Start(key, [url, "--only", "url.outlives-restart", "--restart", $"echo restarting; kill -TERM {service.Id}", "--json"]);
            await service.ExitAsync();
            await service.DisposeAsync();
            service = await HeliographProcess.ServeAsync(data, "--listen", url);

            (await verify.ExitAsync()).ShouldBe(0, verify.Log);
            JsonNode.Parse(verify.Output)!["passed"]!.GetValue<int>().ShouldBe(1);
        }
        finally
        {
            await service.DisposeAsync();
        }
    }

    [Fact]
    public async Task List_OfChecks_HasEachWithRuleAndReason()
    {
        var (code, output, _) = await RunAsync(null, ["--list", "--json"]);
        var (_, text, _) = await RunAsync(null, ["--list", "--only", "routing.keep-alive"]);

        code.ShouldBe(0);
        JsonNode.Parse(output)!.AsArray().Select(x => x!["id"]!.GetValue<string>()).ShouldBe(Suite.Checks.Select(x => x.Id));
        text.ShouldContain("routing.keep-alive (with --slow)");
        text.ShouldContain("Proxies cut what is silent");
    }

    [Fact]
    public Task Verify_OfNoSuchCheck_SaysSo() => FailsAsync(2, "'http.bogus'", _service.BaseUrl, "--only", "http.bogus");

    private string ApiKey => File.ReadAllText(_service.ApiKeyFile).Trim();

    private async Task FailsAsync(int code, string words, params string[] arguments)
    {
        var (actual, output, errors) = await RunAsync(ApiKey, arguments);

        actual.ShouldBe(code, errors);
        output.ShouldBeEmpty();
        errors.Trim().Split('\n').Length.ShouldBe(1, errors);
        errors.ShouldStartWith("heliograph: ");
        errors.ShouldContain(words);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) => RunAsync(ApiKey, arguments);

    private async Task<(int Code, string Output, string Errors)> RunAsync(string? apiKey, string[] arguments)
    {
        await using var process = Start(apiKey, arguments);
        return (await process.ExitAsync(), process.Output, process.Log);
    }

    private HeliographProcess Start(string? apiKey, string[] arguments)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["XDG_CONFIG_HOME"] = _folder.PathOf("config") };
        if (apiKey is not null)
            environment["HELIO_API_KEY"] = apiKey;
        return HeliographProcess.Start(["verify", .. arguments], environment, _folder.Info.FullName);
    }

    private async Task<int> CountProductsAsync() =>
        (await _api.ManageAsync(HttpMethod.Get, "/v1/webrtc/products")).Require(HttpStatusCode.OK).AsArray().Count;
}
