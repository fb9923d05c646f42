namespace Heliograph.Browser.Tests.Console;

/// <summary>The first minutes with a service that has just been started.</summary>
public sealed class NewcomerTests(Chromium chromium)
{
    [Fact]
    public async Task Newcomer_WithTheLinkOfTheFirstStart_SeesAPictureAndThenWhatBroke()
    {
        // As ./start does.
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium, ["--console-link"]);
        var browser = await scene.NewBrowserAsync();
        var link = new Uri(scene.Service.ConsoleLink);
        var console = await scene.OpenAsync(link.PathAndQuery + link.Fragment, browser);
        var page = console.Page;
        await page.WaitForURLAsync(scene.Service.BaseUrl + "/console/products");
        page.Url.ShouldNotContain("key=");

        await page.GetByRole(AriaRole.Link, new() { Name = "New product" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Doorbell");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Devices", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New device" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Front door");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Front door");
        var state = page.Locator("section[aria-labelledby=now-title] .state");
        await Expect(state).ToHaveTextAsync("offline");

        var path = await page.GetByRole(AriaRole.Link, new() { Name = "Open as camera, or watch" }).GetAttributeAsync("href");
        var camera = await scene.OpenAsync(path!, browser);
        await camera.Page.GetByRole(AriaRole.Button, new() { Name = "Start a camera" }).ClickAsync();
        await camera.ExpectStatusAsync("live");
        var inspector = await scene.OpenAsync(new Uri(page.Url).AbsolutePath + "/inspect", browser);
        await Expect(inspector.Page.Locator("#stream-state")).ToHaveAttributeAsync("data-state", "live");
        var watch = new Uri((await camera.Page.GetAttributeAsync("#viewer-link", "href"))!);
        var viewer = await scene.OpenAsync(watch.PathAndQuery + watch.Fragment, browser);
        await viewer.ExpectMovingPictureAsync();
        await page.ReloadAsync();
        await Expect(state).ToHaveTextAsync("online");
        await Expect(inspector.Page.GetByText("The client sent an answer")).ToBeVisibleAsync();

        await camera.KillAsync();

        await viewer.ExpectStatusAsync("offline");
        await Expect(inspector.Page.Locator("#device-state")).ToContainTextAsync("offline");
        await Eventually.HoldsAsync("the device's page says that it is offline", async () =>
        {
            await page.ReloadAsync();
            return await state.TextContentAsync() == "offline";
        });
    }
}
