namespace Heliograph.Program.Tests.Management;

/// <summary>What a person sees and is asked who sits at a terminal.</summary>
public sealed class TerminalTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    /// <summary>What begins a colour: CSI and a number from 30, but for bold (1) and the end of it (0).</summary>
    private const string Colour = "\u001b\\[[0-9;]*[34][0-9;]*m";

    private readonly Cli _cli = new Cli().For(fixture.Service);

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Login_AtATerminal_AsksForTheKeyAndDoesNotShowIt()
    {
        await using var terminal = PseudoTerminal.Run(_cli, $"heliograph login {fixture.Url}");

        await terminal.SeesAsync("API key:");
        await terminal.TypesAsync(fixture.ApiKey);

        (await terminal.ExitAsync()).ShouldBe(0, terminal.Shown);
        terminal.Shown.ShouldContain("Logged in");
        terminal.Shown.ShouldNotContain(fixture.ApiKey[5..20]);
    }

    [Theory]
    [InlineData(true, 0, 3)]
    [InlineData(false, 1, 0)]
    public async Task Delete_AtATerminal_DeletesOnlyWhatWasTyped(bool isTyped, int exitCode, int exitCodeOfShow)
    {
        var product = await ProductAsync("--name", "Garden");
        await using var terminal = PseudoTerminal.Run(_cli, $"heliograph product delete {product}");

        await terminal.SeesAsync($"Type {product} to go on:");
        terminal.Shown.ShouldContain("'Garden' with 0 devices");
        await terminal.TypesAsync(isTyped ? product : "yes");

        (await terminal.ExitAsync()).ShouldBe(exitCode, terminal.Shown);
        (await _cli.RunAsync("product", "show", product)).ExitCode.ShouldBe(exitCodeOfShow);
    }

    [Fact]
    public async Task Interrupt_AtAQuestion_EndsTheCommand()
    {
        var product = await ProductAsync();
        await using var terminal = PseudoTerminal.Run(_cli, $"heliograph product delete {product}");

        await terminal.SeesAsync("to go on:");
        await terminal.PressesAsync("\u0003");

        (await terminal.ExitAsync()).ShouldBe(130, terminal.Shown);
        (await _cli.RunAsync("product", "show", product)).Succeeded();
    }

    [Fact]
    public async Task Batch_AtATerminal_ShowsHowFarItIsAndKeepsItOutOfTheResult()
    {
        var product = await ProductAsync();
        await using var terminal = PseudoTerminal.Run(_cli, $"heliograph device batch {product} --count 300 --generate-keys keys > names");

        (await terminal.ExitAsync()).ShouldBe(0, terminal.Shown);

        terminal.Shown.ShouldContain("Making keys");
        terminal.Shown.ShouldContain("Adding keys");
        terminal.Shown.ShouldContain("100%");
        terminal.Shown.ShouldContain("300 devices");
        var names = await File.ReadAllLinesAsync(_cli.Folder.PathOf("names"));
        names.Length.ShouldBe(300);
        names.ShouldAllBe(name => name.StartsWith(product + "/wd-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NoColor_AtATerminal_IsHonoured()
    {
        var product = await ProductAsync();
        string Batch(string name) => $"heliograph device batch {product} --count 5 --generate-keys {name} && heliograph device list {product}";
        await using var coloured = PseudoTerminal.Run(_cli, Batch("a"));
        (await coloured.ExitAsync()).ShouldBe(0);
        coloured.Shown.ShouldMatch(Colour);

        _cli.Environment["NO_COLOR"] = "1";
        await using var plain = PseudoTerminal.Run(_cli, Batch("b"));

        (await plain.ExitAsync()).ShouldBe(0);
        plain.Shown.ShouldNotMatch(Colour);
    }

    [Fact]
    public async Task Output_ThatIsPiped_HasNothingForATerminal()
    {
        var product = await ProductAsync();

        var results = (CliResult[])
        [
            await _cli.RunAsync("device", "batch", product, "--count", "5", "--generate-keys", "keys"),
            await _cli.RunAsync("device", "list", product),
            await _cli.RunAsync("product", "show", product),
            await _cli.RunAsync("bogus"),
        ];

        string.Concat(results.Select(x => x.Output + x.Errors)).ShouldNotContain("\u001b");
        results.SelectMany(x => x.Lines).ShouldAllBe(line => line == line.TrimEnd());
    }

    private async Task<string> ProductAsync(params string[] options) =>
        (await _cli.RunAsync(["product", "create", .. options])).Succeeded().Output.Trim();
}
