namespace Heliograph.Browser.Tests.Console;

public sealed class ProductPagesTests(Chromium chromium)
{
    [Fact]
    public async Task NewProduct_IsListed()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var page = (await scene.SignInAsync()).Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "New product" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Doorbell <b>2</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Console" }).GetByText("Products").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Doorbell <b>2</b>" })).ToBeVisibleAsync();
    }
}
