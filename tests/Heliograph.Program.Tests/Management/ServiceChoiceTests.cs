namespace Heliograph.Program.Tests.Management;

/// <summary>Which service a command talks to, and which key it shows there.</summary>
public sealed class ServiceChoiceTests : IAsyncLifetime
{
    private readonly Cli _cli = new();
    private FakeService _one = null!;
    private FakeService _two = null!;

    public async ValueTask InitializeAsync()
    {
        _one = await FakeService.StartAsync(_ => FakeService.Json(200, "[]"));
        _two = await FakeService.StartAsync(_ => FakeService.Json(200, "[]"));
        (await _cli.RunAsync("login", _two.Url, "--profile", "two", "--api-key", "key-of-two")).Succeeded();
        (await _cli.RunAsync("login", _one.Url, "--profile", "one", "--api-key", "key-of-one")).Succeeded();
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        _cli.Dispose();
    }

    [Theory]
    [InlineData("", "", 1, "key-of-one")]
    [InlineData("--profile two", "", 2, "key-of-two")]
    [InlineData("--url {two}", "", 2, "key-of-two")]
    [InlineData("--url {two}/ --api-key given", "", 2, "given")]
    [InlineData("--url {two}", "HELIO_API_KEY=env", 2, "env")]
    [InlineData("--url {two}", "HELIO_URL={one} HELIO_API_KEY=env", 2, "key-of-two")]
    [InlineData("--profile two", "HELIO_API_KEY=env", 2, "key-of-two")]
    [InlineData("--profile two", "HELIO_URL={one}", 2, "key-of-two")]
    [InlineData("", "HELIO_URL={two}", 2, "key-of-two")]
    [InlineData("", "HELIO_URL={two} HELIO_API_KEY=env", 2, "env")]
    [InlineData("", "HELIO_PROFILE=two", 2, "key-of-two")]
    [InlineData("", "HELIO_API_KEY=env", 1, "env")]
    [InlineData("--url {one} --api-key given", "HELIO_URL={two} HELIO_API_KEY=env", 1, "given")]
    public async Task Command_WithOptionsAndEnvironment_GoesToTheServiceThatIsNamedFirst(string options, string environment, int service, string key)
    {
        foreach (var variable in Fill(environment).Select(x => x.Split('=', 2)))
            _cli.Environment[variable[0]] = variable[1];

        (await _cli.RunAsync(["product", "list", .. Fill(options)])).Succeeded();

        (service == 1 ? _one : _two).Requests.ShouldContain(x => x.Authorization == $"Bearer {key}" && x.Target == "/v1/webrtc/products");
        _one.Requests.Count.ShouldBe(service == 1 ? 2 : 1);
        _two.Requests.Count.ShouldBe(service == 2 ? 2 : 1);
    }

    [Fact]
    public async Task Url_OfAServiceWithoutASavedKey_IsShownNoOtherOnes()
    {
        await using var other = await FakeService.StartAsync(_ => FakeService.Json(200, "[]"));

        (await _cli.RunAsync("product", "list", "--url", other.Url)).FailedWith(4, "no API key", other.Url);

        other.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--url {one} --profile one", "", 2, "--url and --profile")]
    [InlineData("", "HELIO_URL={one} HELIO_PROFILE=one", 2, "HELIO_URL and HELIO_PROFILE")]
    [InlineData("--profile three", "", 3, "--profile: there is no profile 'three'")]
    [InlineData("", "HELIO_PROFILE=three", 3, "HELIO_PROFILE: there is no profile 'three'")]
    [InlineData("--url bogus", "", 2, "--url: 'bogus' is not the URL")]
    [InlineData("", "HELIO_URL=bogus", 2, "HELIO_URL: 'bogus' is not the URL")]
    [InlineData("--api-key a --api-key-file b", "", 2, "not both")]
    [InlineData("--api-key-file none", "", 1, "--api-key-file: there is no file 'none'")]
    public async Task Command_WithAChoiceThatIsNone_SaysWhatIsWrong(string options, string environment, int code, string words)
    {
        foreach (var variable in Fill(environment).Select(x => x.Split('=', 2)))
            _cli.Environment[variable[0]] = variable[1];

        (await _cli.RunAsync(["product", "list", .. Fill(options)])).FailedWith(code, words);
    }

    [Fact]
    public async Task Command_WithoutAnyService_SaysHowToNameOne()
    {
        using var newcomer = new Cli();

        (await newcomer.RunAsync("product", "list")).FailedWith(2, "--url", "heliograph login");
    }

    private string[] Fill(string text) => text.Replace("{one}", _one.Url, StringComparison.Ordinal).Replace("{two}", _two.Url, StringComparison.Ordinal)
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
