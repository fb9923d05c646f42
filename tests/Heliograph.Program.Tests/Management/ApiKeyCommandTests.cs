namespace Heliograph.Program.Tests.Management;

public sealed class ApiKeyCommandTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    private readonly Cli _cli = new Cli().For(fixture.Service);

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Create_ListAndRevoke_OfAKeyThatMayRead_DoWhatTheySay()
    {
        var key = (await _cli.RunAsync("apikey", "create", "--name", "ci", "--scope", "read", "--expires", "90d")).Succeeded().Output.Trim();
        var id = key.Split('_')[1];

        (await WithKeyAsync(key, "product", "list")).Succeeded();
        (await WithKeyAsync(key, "product", "create")).FailedWith(4, "lacks the scope manage");
        (await _cli.RunAsync("apikey", "list")).Lines.ShouldContain(line => line.StartsWith($"{id}  read ", StringComparison.Ordinal) && line.Contains("  valid ", StringComparison.Ordinal));

        // The whole key will do, too: its secret is not sent.
        (await _cli.RunAsync("apikey", "revoke", key)).Succeeded().Errors.ShouldContain(id);
        (await WithKeyAsync(key, "product", "list")).FailedWith(4, "revoked");
        (await _cli.RunAsync("apikey", "list")).Output.ShouldContain("revoked");
        (await _cli.RunAsync("apikey", "revoke", "nosuchkey")).FailedWith(3, "nosuchkey");
    }

    [Fact]
    public async Task Json_OfEachCommand_IsTheBodyOfTheApi()
    {
        var created = await _cli.JsonAsync("apikey", "create", "--organization", "or-other", "--expires", "2099-01-31");

        created.Fields().ShouldBe(["key", "apiKey"]);
        created["apiKey"]!.Text("organizationId").ShouldBe("or-other");
        created["apiKey"]!["scopes"]!.ToJsonString().ShouldBe("""["read","manage"]""");
        created["apiKey"]!.Text("expiresAt").ShouldBe("2099-01-31T00:00:00Z");
        (await _cli.JsonAsync("apikey", "list")).AsArray().ShouldAllBe(x => x!["id"] != null && x["key"] == null);
        (await _cli.JsonAsync("apikey", "revoke", created["apiKey"]!.Text("id")))["revokedAt"].ShouldNotBeNull();
    }

    [Theory]
    [InlineData("none/ci.key")]
    [InlineData("")]
    public async Task Create_WithOutThatCannotBeWritten_MakesNoKey(string file)
    {
        var before = (await _cli.JsonAsync("apikey", "list")).AsArray().Count;

        (await _cli.RunAsync("apikey", "create", "--out", file)).FailedWith(1, "--out");

        (await _cli.JsonAsync("apikey", "list")).AsArray().Count.ShouldBe(before);
    }

    [Fact]
    public async Task Create_WithOutThatIsRefused_LeavesNoFile()
    {
        (await _cli.RunAsync("apikey", "create", "--out", "ci.key", "--expires", "2020-01-01")).FailedWith(1, "past");

        _cli.Folder.Info.GetFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task Revoke_OfAKeyWhoseNameCommandsTerminals_DoesNotPassThatOn()
    {
        var key = (await _cli.RunAsync("apikey", "create", "--name", "red\u001b[31m")).Succeeded().Output.Trim();

        (await _cli.RunAsync("apikey", "revoke", key)).Succeeded().Errors.ShouldNotContain('\u001b');
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    public async Task Revoke_OfWhatIsNoId_SaysSo(string id) => (await _cli.RunAsync("apikey", "revoke", id)).FailedWith(2, $"'{id}' is not the ID of an API key");

    [Fact]
    public async Task Create_WithAScopeThatThereIsNot_NamesThoseThereAre() =>
        (await _cli.RunAsync("apikey", "create", "--scope", "write")).NotUnderstood("'write'", "'read' 'manage'");

    [Fact]
    public async Task Create_WithOut_WritesTheKeyForItsOwnerAlone()
    {
        var result = (await _cli.RunAsync("apikey", "create", "--out", "ci.key")).Succeeded();

        result.Output.ShouldBeEmpty();
        result.Errors.ShouldNotContain("hgk_");
        File.GetUnixFileMode(_cli.Folder.PathOf("ci.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _cli.Environment.Remove("HELIO_API_KEY");
        (await _cli.RunAsync("product", "list", "--api-key-file", "ci.key")).Succeeded();
        (await _cli.RunAsync("apikey", "create", "--out", "ci.key", "--api-key-file", "ci.key")).FailedWith(1, "--out", "'ci.key'");
    }

    [Theory]
    [InlineData("--expires", "soon")]
    [InlineData("--expires", "90")]
    [InlineData("--expires", "99999999d")]
    [InlineData("--expires", "31.01.2027")]
    [InlineData("--scope", "write")]
    public async Task Create_NotUnderstood_SaysWhatIsWrong(string option, string value) =>
        (await _cli.RunAsync("apikey", "create", option, value)).NotUnderstood($"'{value}'");

    [Fact]
    public async Task Create_ThatExpiresInThePast_IsRefused() =>
        (await _cli.RunAsync("apikey", "create", "--expires", "2020-01-01T00:00Z")).FailedWith(1, "expiresAt", "past");

    private Task<CliResult> WithKeyAsync(string key, params string[] arguments) => _cli.RunAsync([.. arguments, "--api-key", key]);
}
