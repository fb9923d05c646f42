namespace Heliograph.Browser.Tests.Console;

public sealed class AuditPageTests(Chromium chromium)
{
    [Fact]
    public async Task Change_IsInTheLogAndCanBeFilteredAndExported()
    {
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium);
        await scene.Api.CreateProductAsync("<b>other</b>");
        var page = (await scene.SignInAsync("/console/products/new")).Page;
        await page.GetByLabel("Name").FillAsync("<i>mine</i>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "What changed here" }).ClickAsync();

        var rows = page.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows.First).ToContainTextAsync("in the console");
        await Expect(rows.First).ToContainTextAsync("name: <i>mine</i>");

        await page.GetByRole(AriaRole.Link, new() { Name = "Show all" }).ClickAsync();
        await Expect(page.GetByText("name: <b>other</b>")).ToBeVisibleAsync();
        await page.GetByLabel("Action").SelectOptionAsync("apikey");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(page.GetByLabel("Action")).ToHaveValueAsync("apikey");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Export as CSV" }).ClickAsync());
        download.SuggestedFilename.ShouldBe("audit-log.csv");
        (await File.ReadAllLinesAsync(await download.PathAsync())).Length.ShouldBe(2);
    }
}
