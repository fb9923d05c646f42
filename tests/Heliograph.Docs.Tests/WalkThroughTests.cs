using System.Text;
using System.Text.Json.Nodes;

namespace Heliograph.Docs.Tests;

/// <summary>The walk-through of docs/getting-started.md, run as a reader runs it.</summary>
public sealed class WalkThroughTests
{
    private const string Page = "docs/getting-started.md";
    private const string Mark = "=== end of step ===";

    [Fact]
    public async Task GettingStarted_EveryBlockInOrder_DoesWhatThePageSays()
    {
        var blocks = Markdown.Blocks(Repository.Read(Page), "bash");
        using var folder = new TempFolder();
        await using var service = HeliographProcess.Start(["serve", "--listen", "http://localhost:0"], workingFolder: folder.Info.FullName);
        await service.WelcomedAsync();
        var script = new StringBuilder();
        foreach (var block in blocks)
            script.Append(block.Replace("http://localhost:8080", service.BaseUrl, StringComparison.Ordinal)).Append($"echo '{Mark}'\n");

        var steps = (await Shell.RunAsync(script.ToString(), folder.Info)).Split(Mark + "\n").Select(x => x.Trim()).ToList();

        steps.Count.ShouldBe(blocks.Count + 1);
        steps[1].ShouldMatch("^wp-[a-z0-9]{8} wd-[a-z0-9]{16}$");
        steps[2].ShouldMatch("^device:[0-9a-f]{64}\nproduct:[0-9a-f]{64}$");
        var connected = JsonNode.Parse(steps[4])!;
        connected["deviceOnline"]!.GetValue<bool>().ShouldBeFalse();
        var channel = connected["channelId"]!.GetValue<string>();
        steps[5].ShouldBe("""{"iceServers":[]}""");
        steps[6].ShouldBe(TalkOnThePage(channel));
        var looked = steps[7];
        looked.ShouldContain("\"lastConnect\": \"20");
        looked.ShouldEndWith("""{"thisMonth":2,"lastMonth":0}""");
        folder.Info.EnumerateFiles().ShouldBeEmpty("The walk-through leaves no file behind.");
    }

    /// <summary>What the page says that the two peers print, for this channel.</summary>
    private static string TalkOnThePage(string channel) =>
        Markdown.Blocks(Repository.Read(Page), "text")[1].Replace("672835dfeb5907dab40557aeccd7d186", channel, StringComparison.Ordinal).Trim();
}
