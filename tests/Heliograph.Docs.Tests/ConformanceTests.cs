using System.Text;
using Heliograph.Conformance;
using Heliograph.Conformance.Targets;

namespace Heliograph.Docs.Tests;

/// <summary>docs/conformance.md against the code.</summary>
public sealed class ConformanceTests
{
    private const string Page = "docs/conformance.md";
    private const string Begin = "<!-- checks: made from the code, see CONTRIBUTING.md -->\n";
    private const string End = "<!-- checks: end -->\n";

    [Fact]
    public void Tables_OfAllChecks_SayWhatTheCodeSays()
    {
        var page = Repository.Read(Page);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var expected = WriteTables();
        if (Environment.GetEnvironmentVariable("HELIOGRAPH_UPDATE_DOCS") == "1")
            File.WriteAllText(Repository.PathOf(Page), page[..begin] + expected + page[end..]);
        else
            page[begin..end].ShouldBe(expected, "Run the tests with HELIOGRAPH_UPDATE_DOCS=1 to write the tables anew.");
    }

    [Fact]
    public void Example_OfTargetFile_IsRead()
    {
        using var folder = new TempFolder();
        var json = Markdown.Blocks(Repository.Read(Page), "json").Single();
        using var key = new SigningKey();
        foreach (var file in (string[])["product.pem", "device-1.pem", "device-1-new.pem", "device-2.pem", "other-product.pem", "other-device.pem"])
            folder.Write(file, key.PrivatePem);

        var targets = TargetFile.Read(folder.Write("targets.json", json));

        targets.Devices.Count.ShouldBe(3);
        targets.Devices[0].Keys.Count.ShouldBe(2);
    }

    private static string WriteTables()
    {
        var text = new StringBuilder();
        foreach (var section in Suite.Checks.GroupBy(x => x.Section))
        {
            text.Append($"\n### {TitleOf(section.Key)}\n\n| Check | Rule | Why |\n|---|---|---|\n");
            foreach (var check in section)
                text.Append($"| `{check.Id}`{OptionOf(check.Kind)} | {Cell(check.Rule)} | {Cell(check.Why)} |\n");
        }

        return text.Append('\n').ToString();
    }

    private static string TitleOf(string section) => section switch
    {
        "tokens" => "Tokens",
        "http" => "HTTP",
        "url" => "The signaling URL",
        "routing" => "Routing layer",
        _ => throw new ArgumentOutOfRangeException(nameof(section), section, null),
    };

    private static string OptionOf(CheckKind kind) => kind switch
    {
        CheckKind.Slow => ", with `--slow`",
        CheckKind.Load => ", with `--load`",
        CheckKind.Restart => ", with `--restart`",
        _ => "",
    };

    /// <summary>The page's words have signs that Markdown would take for its own.</summary>
    private static string Cell(string text) => text
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal)
        .Replace("<", "\\<", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal);
}
