using System.Diagnostics;

namespace Heliograph.Program.Tests.Management;

/// <summary>Shell completion, in a real bash.</summary>
public sealed class CompletionTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>, IDisposable
{
    /// <summary>Sets what bash sets when Tab is pressed at the end of the line, and calls what it would call.</summary>
    private const string PressTab = """
        source <(heliograph completion bash)
        complete -p heliograph >&2
        COMP_LINE="$1" COMP_POINT=${#1}
        read -ra COMP_WORDS <<<"$1"
        [[ $1 != *" " ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _heliograph
        echo "${COMPREPLY[*]}"
        """;

    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("heliograph pro", "product profile")]
    [InlineData("heliograph product ", "create delete list show update")]
    [InlineData("heliograph device li", "list")]
    [InlineData("heliograph device list --con", "--connected")]
    [InlineData("heliograph completion ", "bash fish zsh")]
    [InlineData("heliograph apikey create --scope ", "manage read report")]
    [InlineData("heliograph profile use ", "home office")]
    [InlineData("heliograph product list --profile ho", "home")]
    [InlineData("heliograph key add wp-aaaaaaaa ", "")]
    public async Task Tab_AtTheEndOfALine_Completes(string line, string expected)
    {
        foreach (var name in (string[])["home", "office"])
            (await _cli.RunAsync("login", fixture.Url, "--profile", name, "--api-key", fixture.ApiKey)).Succeeded();
        var start = new ProcessStartInfo("bash", ["--norc", "-c", PressTab, "bash", line]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        _cli.SetEnvironment(start);
        using var bash = Process.Start(start)!;

        var shown = await bash.StandardOutput.ReadToEndAsync().WaitAsync(TestPeer.Patience);

        shown.Split((char[])['\n', ' '], StringSplitOptions.RemoveEmptyEntries).ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        (await bash.StandardError.ReadToEndAsync()).Trim().ShouldBe("complete -o default -F _heliograph heliograph");
        await bash.WaitForExitAsync();
    }

    [Fact]
    public async Task Completion_OfAnotherShell_SaysWhichThereAre() => (await _cli.RunAsync("completion", "tcsh")).NotUnderstood("'tcsh'", "bash", "fish", "zsh");
}
