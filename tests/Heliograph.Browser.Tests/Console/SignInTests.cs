using System.Net;

namespace Heliograph.Browser.Tests.Console;

public sealed class SignInTests(Chromium chromium)
{
    [Fact]
    public async Task Link_WithAKey_SignsInAndLeavesItNowhere()
    {
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium);
        var browser = await scene.NewBrowserAsync();
        var tab = await scene.OpenAsync("/console/assets/console.css", browser);
        tab.ExpectComplaint("favicon.ico");
        var urls = new List<string>();
        tab.Page.Request += (_, request) => urls.Add(request.Url);

        await tab.Page.GotoAsync($"{scene.Service.BaseUrl}/console/sign-in#key={scene.ApiKey}");

        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Products");
        await tab.Page.GoBackAsync();
        tab.Page.Url.ShouldNotContain(scene.ApiKey);
        tab.Page.Url.ShouldNotContain("key=");
        urls.Where(url => !url.Contains("/sign-in#", StringComparison.Ordinal)).ShouldAllBe(url => !url.Contains(scene.ApiKey, StringComparison.Ordinal));
        (await tab.Page.EvaluateAsync<string>("document.cookie")).ShouldBeEmpty();
    }

    [Fact]
    public async Task SignIn_WithoutScripts_WorksByHand()
    {
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium);
        var browser = await scene.NewBrowserAsync(new() { JavaScriptEnabled = false });

        var page = (await scene.SignInAsync("/console/products/new", browser: browser)).Page;

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("New product");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("You are signed out.");
        await page.GotoAsync($"{scene.Service.BaseUrl}/console/products");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
    }

    [Fact]
    public async Task SignIn_WithAWrongKey_SaysSo()
    {
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium);
        var tab = await scene.OpenAsync("/console/sign-in");
        tab.ExpectComplaint("403");

        await tab.Page.GetByLabel("API key").FillAsync("wrong");
        await tab.Page.GetByLabel("API key").PressAsync("Enter");

        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This API key is unknown, revoked or expired.");
    }

    [Fact]
    public async Task RevokedKey_SignsOutInEveryBrowser()
    {
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium);
        var key = await scene.Api.CreateApiKeyAsync("or-operator");
        var one = (await scene.SignInAsync(apiKey: key)).Page;
        var two = (await scene.SignInAsync(apiKey: key, browser: await scene.NewBrowserAsync(new() { ViewportSize = new() { Width = 390, Height = 800 } }))).Page;

        (await scene.Api.ManageAsync(HttpMethod.Delete, $"/v1/apikeys/{key.Split('_')[1]}")).Require(HttpStatusCode.OK);

        foreach (var page in (IPage[])[one, two])
        {
            await page.ReloadAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sign in");
        }
    }
}
