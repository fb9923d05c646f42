namespace Heliograph.Browser.Tests.Console;

/// <summary>What holds for a page of the console in every window.</summary>
internal static class PageRules
{
    /// <summary>What is wrong with a page as it is shown now, each line with the page's name.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(IPage page, string name)
    {
        var problems = new List<string>(await Axe.ViolationsAsync(page));
        if (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
            problems.Add("is wider than the window");
        if (await page.Locator("h1").CountAsync() != 1)
            problems.Add("has not one h1");
        return [.. problems.Select(x => $"{name}: {x}")];
    }
}
