namespace Heliograph.Browser.Tests.Console;

/// <summary>The page of the nodes, of a service that runs alone.</summary>
public sealed class NodesPageTests(Chromium chromium)
{
    [Fact]
    public async Task Nodes_WhilePeersComeAndGo_ShowThem()
    {
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium);
        using var key = new SigningKey();
        var device = await scene.Api.CreateDeviceAsync(await scene.Api.CreateProductAsync(), key);
        var page = (await scene.SignInAsync()).Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Nodes" }).ClickAsync();
        await Expect(page.Locator("#stream-state")).ToHaveTextAsync("Live");
        var row = page.Locator("#nodes tr");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row).ToContainTextAsync("this one");
        await Expect(row).ToContainTextAsync("serves its peers");
        await Expect(row.Locator("td.number").Nth(0)).ToHaveTextAsync("0");

        await using (await scene.Api.OpenDeviceAsync(device, key))
            await Expect(row.Locator("td.number").Nth(0)).ToHaveTextAsync("1");

        await Expect(row.Locator("td.number").Nth(0)).ToHaveTextAsync("0");
    }
}
