namespace Heliograph.Program.Tests.Management;

public sealed class ProductCommandTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    private readonly Cli _cli = new Cli().For(fixture.Service);

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Create_ForAPerson_PrintsTheIdAlone()
    {
        var id = (await _cli.RunAsync("product", "create", "--name", "Garden", "--tag", "line=outdoor", "--tag", "year=2026")).Succeeded().Output.Trim();

        id.ShouldMatch("^wp-[a-z0-9]{8}$");
        var shown = (await _cli.RunAsync("product", "show", id)).Succeeded().Output;
        shown.ShouldMatch($"^Product +{id}\n");
        shown.ShouldMatch("\nName +Garden\n");
        shown.ShouldMatch("\nTags +line=outdoor year=2026\n");
        (await _cli.RunAsync("product", "list")).Lines.ShouldContain(line => line.StartsWith($"{id}  local   0 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Json_OfEachCommand_IsTheBodyOfTheApi()
    {
        var created = await _cli.JsonAsync("product", "create", "--name", "Müller & Söhne+", "--tag", "a=b=c");
        var id = created.Text("productId");

        string[] fields = ["productId", "organizationId", "region", "name", "created", "tags", "expired", "expiresAt", "configuredDevices", "publicKeys"];
        created.Fields().ShouldBe(fields);
        created.Text("name").ShouldBe("Müller & Söhne+");
        created["tags"]!.Text("a").ShouldBe("b=c");
        created.Text("created").ShouldMatch("^20..-..-..T.*Z$");
        (await _cli.JsonAsync("product", "show", id)).ToJsonString().ShouldBe(created.ToJsonString());
        (await _cli.JsonAsync("product", "list")).AsArray().Single(x => x!.Text("productId") == id)!.ToJsonString().ShouldBe(created.ToJsonString());
        (await _cli.JsonAsync("product", "update", id, "--name", "new")).Fields().ShouldBe(fields);
    }

    [Fact]
    public async Task Update_OfSomeTags_LeavesTheOthersAndTheName()
    {
        var id = await CreateAsync("--name", "n", "--tag", "keep=1", "--tag", "change=1", "--tag", "drop=1");

        var updated = await _cli.JsonAsync("product", "update", id, "--tag", "change=2", "--tag", "new=1", "--remove-tag", "drop");

        updated["tags"]!.AsObject().Select(x => $"{x.Key}={x.Value}").Order().ShouldBe(["change=2", "keep=1", "new=1"]);
        updated.Text("name").ShouldBe("n");
        var cleared = await _cli.JsonAsync("product", "update", id, "--no-name", "--clear-tags");
        cleared["name"].ShouldBeNull();
        cleared["tags"]!.AsObject().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "nothing to change")]
    [InlineData("--name x --no-name", "exclude each other")]
    [InlineData("--tag novalue", "KEY=VALUE")]
    [InlineData("--tag a=1 --tag a=2", "'a' is given twice")]
    [InlineData("--bogus", "does not know '--bogus'")]
    public async Task Update_NotUnderstood_SaysWhatIsWrong(string options, string reason) =>
        (await _cli.RunAsync(["product", "update", "wp-aaaaaaaa", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).NotUnderstood(reason);

    [Fact]
    public async Task Update_RemovingATagThatThereIsNot_SaysSo() =>
        (await _cli.RunAsync("product", "update", await CreateAsync(), "--remove-tag", "none")).FailedWith(3, "--remove-tag", "'none'");

    [Fact]
    public async Task Create_InAnotherRegion_TellsTheServicesOwn() =>
        (await _cli.RunAsync("product", "create", "--region", "mars")).FailedWith(1, "region", "'mars'", "'local'");

    [Fact]
    public async Task Update_OfTheRegion_IsSentAndJudgedByTheService()
    {
        var id = await CreateAsync();

        (await _cli.RunAsync("product", "update", id, "--region", "mars")).FailedWith(1, "region", "'mars'", "'local'");
        (await _cli.JsonAsync("product", "update", id, "--region", "local", "--name", "n")).Text("region").ShouldBe("local");
    }

    [Fact]
    public async Task Create_WithANameThatIsTooLong_SaysHowLongItMayBe() =>
        (await _cli.RunAsync("product", "create", "--name", new string('x', 201))).FailedWith(1, "name", "200");

    [Fact]
    public async Task Show_OfAProductThatThereIsNot_SaysSo() =>
        (await _cli.RunAsync("product", "show", "wp-zzzzzzzz")).FailedWith(3, "'wp-zzzzzzzz'");

    [Theory]
    [InlineData("wp-short")]
    [InlineData("wd-3xtqp3hy4xxy3av3")]
    public async Task Show_OfWhatIsNoProductId_SaysWhatOneIs(string id) =>
        (await _cli.RunAsync("product", "show", id)).NotUnderstood($"'{id}'", "wp-39wu7tex");

    [Fact]
    public async Task Show_WithoutAProduct_SaysThatItIsNeeded() => (await _cli.RunAsync("product", "show")).NotUnderstood("'heliograph product show' needs PRODUCT");

    [Fact]
    public async Task Group_Alone_ShowsItsCommands()
    {
        var result = await _cli.RunAsync("product");

        result.ExitCode.ShouldBe(2);
        result.Errors.ShouldBeEmpty();
        foreach (var command in (string[])["list", "create", "show", "update", "delete"])
            result.Output.ShouldContain($"\n  {command}");
    }

    [Fact]
    public async Task Delete_WhereNobodyCanBeAsked_NeedsYes()
    {
        var id = await CreateAsync();

        (await _cli.RunAsync("product", "delete", id)).FailedWith(2, "--yes");
        (await _cli.RunAsync("product", "show", id)).Succeeded();
        (await _cli.RunAsync("product", "delete", id, "--yes")).Succeeded().Errors.ShouldContain(id);
        (await _cli.RunAsync("product", "show", id)).ExitCode.ShouldBe(3);
    }

    [Fact]
    public async Task Name_WithTerminalCommands_IsToldWithoutThem()
    {
        var id = await CreateAsync("--name", "a\u001b[2Jb\nc");

        (await _cli.RunAsync("product", "show", id)).Output.ShouldContain("a [2Jb c");
        (await _cli.RunAsync("product", "list")).Output.ShouldNotContain("\u001b");
    }

    private async Task<string> CreateAsync(params string[] options) =>
        (await _cli.RunAsync(["product", "create", .. options])).Succeeded().Output.Trim();
}
