using System.Reflection;
using Heliograph.Terminal;

namespace Heliograph.Docs.Tests;

/// <summary>docs/cli.md against the commands.</summary>
public sealed class CommandReferenceTests
{
    private const string Page = "docs/cli.md";
    private const string Begin = "<!-- commands: made from the code, see CONTRIBUTING.md -->\n";
    private const string End = "<!-- commands: end -->\n";

    [Fact]
    public void Reference_OfAllCommands_SaysWhatTheirHelpSays()
    {
        var page = Repository.Read(Page);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var expected = CommandReference.Write();
        if (Environment.GetEnvironmentVariable("HELIOGRAPH_UPDATE_DOCS") == "1")
            File.WriteAllText(Repository.PathOf(Page), page[..begin] + expected + page[end..]);
        else
            page[begin..end].ShouldBe(expected, "Run the tests with HELIOGRAPH_UPDATE_DOCS=1 to write the reference anew.");
    }

    [Fact]
    public void Table_OfExitCodes_HasEachOfTheCode()
    {
        var codes = typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(x => x.GetRawConstantValue()!.ToString());

        Markdown.Table(Repository.Read(Page), "Exit codes").Select(row => row[0]).ShouldBe(codes);
    }

    [Fact]
    public async Task Page_EveryBashBlockInOrder_DoesWhatItSays()
    {
        using var folder = new TempFolder();
        await using var service = HeliographProcess.Start(["serve", "--listen", "http://localhost:0"], workingFolder: folder.Info.FullName);
        await service.WelcomedAsync();
        var script = string.Concat(Markdown.Blocks(Repository.Read(Page), "bash")).Replace("http://localhost:8080", service.BaseUrl, StringComparison.Ordinal);
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = $"{HeliographProcess.ProgramFolder}:{Environment.GetEnvironmentVariable("PATH")}",
            ["DOTNET_ROOT"] = HeliographProcess.RuntimeFolder,
            ["XDG_CONFIG_HOME"] = folder.PathOf("config"),
        };

        var shown = await Shell.RunAsync(script, folder.Info, environment, TestPeer.Patience * 10);

        shown.ShouldMatch("(?m)^Device +wp-[a-z0-9]{8}/wd-[a-z0-9]{16}$");
        shown.ShouldMatch("(?m)^deviceId,batchId,publicKey$");
        shown.ShouldMatch("(?m)^wp-[a-z0-9]{8}/wd-[a-z0-9]{16} never$");
        shown.ShouldEndWith("gone\n");
    }
}
