using System.Text.Json.Nodes;

namespace Heliograph.Program.Tests.Management;

/// <summary>Logging in, and how a command finds its service.</summary>
public sealed class ProfileTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Login_WithTheKeyOnStandardInput_SavesAProfileThatOnlyItsOwnerCanRead()
    {
        (await _cli.RunAsync(fixture.ApiKey + "\n", ["login", fixture.Url + "/"])).Succeeded().Errors.ShouldContain("profile 'default'");

        File.GetUnixFileMode(_cli.ProfilesFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(Path.GetDirectoryName(_cli.ProfilesFile)!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.GetFileSystemEntries(Path.GetDirectoryName(_cli.ProfilesFile)!).ShouldBe([_cli.ProfilesFile]);
        JsonNode.Parse(await File.ReadAllTextAsync(_cli.ProfilesFile))!["profiles"]!["default"]!.Text("url").ShouldBe(fixture.Url);
    }

    [Theory]
    [InlineData("--api-key")]
    [InlineData("--api-key-file")]
    public async Task Login_WithTheKeyAsOption_SavesIt(string option)
    {
        var value = option == "--api-key" ? fixture.ApiKey : fixture.Service.ApiKeyFile;

        (await _cli.RunAsync("login", fixture.Url, option, value)).Succeeded();

        var listed = (await _cli.JsonAsync("profile", "list"))[0]!;
        listed.Text("url").ShouldBe(fixture.Url);
        listed.Text("apiKeyId").ShouldBe(fixture.ApiKey.Split('_')[1]);
        listed["inUse"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Profile_WithAKeyThatIsNone_IsToldInOneLine()
    {
        WriteProfiles($$"""{"current":"a","profiles":{"a":{"url":"{{fixture.Url}}","apiKey":"hidden\nkey"} } }""");

        (await _cli.RunAsync("product", "list")).FailedWith(1, "profiles.json", "not an API key");
    }

    [Fact]
    public async Task ProfilesFile_ThatIsBroken_IsNotNeededWhereUrlAndKeyAreGiven()
    {
        WriteProfiles("{broken");

        (await _cli.RunAsync("product", "list", "--url", fixture.Url, "--api-key-file", fixture.Service.ApiKeyFile)).Succeeded();
        (await _cli.RunAsync("product", "list", "--url", fixture.Url)).FailedWith(1, "profiles.json", "is broken");
    }

    [Fact]
    public async Task Login_WithAWrongKey_SavesNothingAndDoesNotTellTheKey()
    {
        var wrong = "hgk_aaaaaaaaaaaa_" + new string('b', 52);

        var result = await _cli.RunAsync("login", fixture.Url, "--api-key", wrong);

        result.FailedWith(4, fixture.Url, "API key");
        result.Errors.ShouldNotContain("bbbb");
        File.Exists(_cli.ProfilesFile).ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "no API key")]
    [InlineData("two words", "not an API key")]
    public async Task Login_WithSomethingThatIsNoKey_SaysSo(string input, string reason) =>
        (await _cli.RunAsync(input, ["login", fixture.Url])).FailedWith(1, "standard input", reason);

    [Theory]
    [InlineData("localhost:8080", "https://")]
    [InlineData("ftp://localhost", "https://")]
    [InlineData("http://user:secret@localhost", "user name or password")]
    [InlineData("http://localhost/try#key=secret", "without ? or #")]
    public async Task Login_ToWhatIsNoBaseUrl_SaysWhatIsWrong(string url, string reason)
    {
        var result = await _cli.RunAsync("login", url, "--api-key", "k");

        result.FailedWith(2, reason);
        result.Errors.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Login_ToAServiceThatIsDown_SaysThatItCannotBeReached() =>
        (await _cli.RunAsync("login", DeadUrl, "--api-key", "k")).FailedWith(5, DeadUrl, "can't be reached");

    [Fact]
    public async Task Profiles_OfSeveral_AreListedChosenAndRemoved()
    {
        await LoginAsync("one");
        await LoginAsync("two");

        (await _cli.RunAsync("profile", "list")).Succeeded().Lines[^1].ShouldMatch("^two .* yes *$");
        (await _cli.RunAsync("profile", "use", "one")).Succeeded();
        (await _cli.RunAsync("profile", "list")).Output.ShouldNotContain(fixture.ApiKey.Split('_')[2]);
        (await InUseAsync()).ShouldBe("one");
        (await _cli.RunAsync("logout")).Succeeded().Errors.ShouldContain("profile use");
        (await InUseAsync()).ShouldBeNull();
        (await _cli.RunAsync("profile", "remove", "two")).Succeeded();
        (await _cli.JsonAsync("profile", "list")).AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("profile", "use", "none")]
    [InlineData("profile", "remove", "none")]
    [InlineData("logout", "--profile", "none")]
    public async Task Profile_ThatThereIsNot_IsNamed(params string[] arguments) =>
        (await _cli.RunAsync(arguments)).FailedWith(3, "'none'");

    [Fact]
    public async Task File_ThatIsBroken_IsNamedAndKept()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_cli.ProfilesFile)!);
        await File.WriteAllTextAsync(_cli.ProfilesFile, "{\n  \"profiles\": { \"a\": { \"url\": \"x\", \"apiKey\": hgk_secret } } }");

        foreach (var arguments in (string[][])[["profile", "list"], ["logout"], ["login", fixture.Url, "--api-key", fixture.ApiKey]])
        {
            var result = await _cli.RunAsync(arguments);
            result.FailedWith(1, _cli.ProfilesFile, "line 2");
            result.Errors.ShouldNotContain("secret");
        }

        (await File.ReadAllTextAsync(_cli.ProfilesFile)).ShouldContain("hgk_secret");
    }

    /// <summary>An address of this machine where nobody listens.</summary>
    internal static string DeadUrl => "http://127.0.0.1:1";

    private async Task LoginAsync(string name) =>
        (await _cli.RunAsync("login", fixture.Url, "--profile", name, "--api-key", fixture.ApiKey)).Succeeded();

    private async Task<string?> InUseAsync() =>
        (await _cli.JsonAsync("profile", "list")).AsArray().SingleOrDefault(x => x!["inUse"]!.GetValue<bool>())?.Text("name");

    private void WriteProfiles(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_cli.ProfilesFile)!);
        File.WriteAllText(_cli.ProfilesFile, text);
    }
}
