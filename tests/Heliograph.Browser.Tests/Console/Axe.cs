using System.Text.Json;
using Heliograph.Docs.Tests;

namespace Heliograph.Browser.Tests.Console;

/// <summary>axe-core, which finds what keeps people from using a page (WCAG 2.2 A and AA, and what it calls best practices).</summary>
internal static class Axe
{
    private static readonly string File = Repository.PathOf("tests/Heliograph.Browser.Tests/node_modules/axe-core/axe.min.js");

    /// <summary>What is wrong with a page as it is shown now: a line for each element.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        // By the debugger's way in, which the page's content security policy does not hold for.
        await page.EvaluateAsync(await System.IO.File.ReadAllTextAsync(File));
        var found = await page.EvaluateAsync<JsonElement>(
            """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
              .flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`))
            """);
        return [.. found.EnumerateArray().Select(x => x.GetString()!.ReplaceLineEndings(" "))];
    }
}
