namespace Heliograph.Program.Tests;

/// <summary>What the command line says to people.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Help_OfProgram_NamesServe()
    {
        await using var process = HeliographProcess.Start(["--help"]);

        (await process.ExitAsync()).ShouldBe(0);
        process.Output.ShouldContain("serve");
    }

    [Fact]
    public async Task Help_OfServe_NamesEveryOption()
    {
        await using var process = HeliographProcess.Start(["serve", "--help"]);

        (await process.ExitAsync()).ShouldBe(0);
        foreach (var option in (string[])["--listen <URL>", "--data <DIR>", "--public-url <URL>", "--config <FILE>", "--console-link"])
            process.Output.ShouldContain(option);
    }

    [Theory]
    [InlineData("serve", "--bogus")]
    [InlineData("serve", "--listen")]
    [InlineData("bogus")]
    public async Task CommandLine_NotUnderstood_SaysWhatAndFails(params string[] arguments)
    {
        await using var process = HeliographProcess.Start(arguments);

        (await process.ExitAsync()).ShouldBe(2);
        process.Log.ShouldContain($"'{arguments[^1]}'");
        process.Log.ShouldNotContain("   at ");
    }
}
