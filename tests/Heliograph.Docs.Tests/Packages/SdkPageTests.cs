using System.Diagnostics;
using System.Reflection;
using System.Text;
using Heliograph.Sdk;

namespace Heliograph.Docs.Tests.Packages;

/// <summary>docs/sdk-dotnet.md and the package's README: the tour as a newcomer takes it, the code and the tables against the code.</summary>
public sealed class SdkPageTests(PackageFeed feed)
{
    private const string Page = "docs/sdk-dotnet.md";
    private const string Mark = "=== end of step ===";

    /// <summary>Where code of pages is run: tests of this project, and the samples.</summary>
    private static readonly string[] Sources = ["tests/Heliograph.Docs.Tests/Packages", "samples"];

    /// <summary>All C# that is not a whole program of the tour.</summary>
    public static TheoryData<string, string> Snippets
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var page in (string[])[Page, "src/Heliograph.Sdk/README.md"])
            {
                foreach (var block in Markdown.Blocks(Repository.Read(page), "csharp").Except(Markdown.Files(Repository.Read(page)).Values))
                    data.Add(page, block);
            }

            return data;
        }
    }

    [Fact]
    public async Task Tour_FromAnEmptyFolder_EndsWithTwoProgramsThatTalk()
    {
        await feed.PackAsync();
        var page = Repository.Read(Page);
        using var folder = new TempFolder();
        using var home = new TempFolder();
        await using var service = await HeliographProcess.ServeAsync(home.Sub("data"));
        var script = new StringBuilder();
        foreach (var (language, name, text) in Markdown.AllBlocks(page))
        {
            if (language == "bash")
                script.Append(text).Append($"echo '{Mark}'\n");
            else if (name.Length > 0)
                script.Append($"cat > {name} <<'=== end of {name}'\n{text}=== end of {name}\n");
        }

        // What is another one's on this machine, or is already built.
        script.Replace("CLONE=~/heliograph", $"CLONE='{Repository.Root}'")
            .Replace("$PATH:$CLONE", $"$PATH:$CLONE/artifacts/bin/Heliograph/{Repository.Configuration.ToLowerInvariant()}")
            .Replace("$CLONE/data", home.PathOf("data"))
            .Replace("dotnet pack", $"dotnet pack {feed.PackArguments}")
            .Replace("http://localhost:8080", service.BaseUrl);
        var environment = new Dictionary<string, string>(feed.Environment) { ["XDG_CONFIG_HOME"] = home.Info.FullName };
        var time = Stopwatch.StartNew();

        var output = await Shell.RunAsync(script.ToString(), folder.Info, environment, PackageFeed.BuildPatience);

        TestContext.Current.TestOutputHelper?.WriteLine($"{time.Elapsed}\n{output}");
        output.ShouldMatch("(?m)^wp-[a-z0-9]{8}/wd-[a-z0-9]{16}$");
        var said = output.Split('\n').Where(x => x.StartsWith("Camera", StringComparison.Ordinal) || x.StartsWith("Viewer", StringComparison.Ordinal)).ToList();
        var onThePage = string.Concat(Markdown.Blocks(page, "text")).Trim().Split('\n');
        // The camera tells of its connection beside what it does for viewers.
        said.Order(StringComparer.Ordinal).ShouldBe(onThePage.Order(StringComparer.Ordinal), output);
        said.IndexOf(onThePage[^2]).ShouldBeLessThan(said.IndexOf(onThePage[^1]), output);
    }

    [Theory]
    [InlineData("Camera")]
    [InlineData("Viewer")]
    public void Program_OfTheTour_IsTheSample(string name) =>
        Markdown.Files(Repository.Read(Page))[$"{name}/Program.cs"].ShouldBe(Repository.Read($"samples/{name}/Program.cs"));

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Snippet_OfAPage_IsPartOfCodeThatIsRun(string page, string block)
    {
        var wanted = Unindented(block);
        var files = Sources.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories));
        files.Any(file => Unindented(File.ReadAllText(file)).Contains(wanted, StringComparison.Ordinal))
            .ShouldBeTrue($"This code of {page} is neither in SdkPageSnippets nor in a sample:\n{block}");
    }

    [Fact]
    public void Table_OfOptions_HasEachWithItsOwner()
    {
        string[] both = [.. typeof(SignalingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(x => $"{x.Name} both")];
        string[] device = [.. typeof(SignalingDeviceOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(x => $"{x.Name} device")];
        string[] client = [.. typeof(SignalingClientOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(x => $"{x.Name} client")];

        Markdown.Table(Repository.Read(Page), "Options").Select(row => $"{Markdown.Code(row[0])} {row[1]}").ShouldBe([.. both, .. device, .. client]);
    }

    [Fact]
    public void Table_OfErrors_HasEachCode() =>
        Markdown.Table(Repository.Read(Page), "Errors").Select(row => Markdown.Code(row[0]))
            .ShouldBe(typeof(SignalingErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(x => (string)x.GetRawConstantValue()!));

    [Fact]
    public void Tables_OfStates_HaveEach()
    {
        var page = Repository.Read(Page);
        Markdown.Table(page, "States and reconnects").Select(row => Markdown.Code(row[0])).ShouldBe(Enum.GetNames<ConnectionState>());
        Markdown.Table(page[page.IndexOf("| `ChannelState`", StringComparison.Ordinal)..].Insert(0, "# Channels\n"), "Channels")
            .Select(row => Markdown.Code(row[0])).ShouldBe(Enum.GetNames<ChannelState>());
    }

    private static string Unindented(string text) => string.Join('\n', text.Trim().Split('\n').Select(x => x.Trim()));
}
