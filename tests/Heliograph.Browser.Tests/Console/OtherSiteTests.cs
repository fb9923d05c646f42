using System.Net;
using System.Text.Json.Nodes;

namespace Heliograph.Browser.Tests.Console;

/// <summary>What a page of another site can do to somebody who is signed in: nothing.</summary>
public sealed class OtherSiteTests(Chromium chromium)
{
    [Fact]
    public async Task Form_OfAnotherSite_ChangesNothing()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var browser = await scene.NewBrowserAsync();
        await scene.SignInAsync(browser: browser);
        await using var site = await OtherSite.StartAsync($"""
            <form method="post" action="{scene.Service.BaseUrl}/console/products/new">
              <input name="_handler" value="create"><input name="Name" value="Forged"><input name="Region" value="local"><button>Win</button>
            </form>
            """);
        var tab = new Tab(await browser.NewPageAsync());
        await tab.Page.GotoAsync(site.Url);

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Win" }).ClickAsync();

        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Not allowed");
        await Expect(tab.Page.GetByText("This form was sent by another site.")).ToBeVisibleAsync();
        ((JsonArray)(await scene.Api.ManageAsync(HttpMethod.Get, "/v1/webrtc/products")).Require(HttpStatusCode.OK)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/console/products")]
    [InlineData("/console/sign-in")]
    [InlineData("/console/nowhere")]
    public async Task Frame_OnAnotherSite_ShowsNothing(string path)
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var browser = await scene.NewBrowserAsync();
        await scene.SignInAsync(browser: browser);
        await using var site = await OtherSite.StartAsync($"<iframe src=\"{scene.Service.BaseUrl}{path}\" width=800 height=500></iframe>");
        var page = await browser.NewPageAsync();
        var refusal = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("frame-ancestors", StringComparison.Ordinal))
                refusal.TrySetResult(message.Text);
        };

        await page.GotoAsync(site.Url);

        (await refusal.Task.WaitAsync(Tab.Patience)).ShouldContain("frame-ancestors 'none'");
        var frame = page.Frames.Single(frame => frame != page.MainFrame);
        await Eventually.HoldsAsync("the browser's own page in the frame", () => frame.Url.StartsWith("chrome-error:", StringComparison.Ordinal));
        (await frame.ContentAsync()).ShouldNotContain("Heliograph");
    }

    [Fact]
    public async Task Link_OfAnotherSite_LeadsIntoTheSessionThatIsThere()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var browser = await scene.NewBrowserAsync();
        await scene.SignInAsync(browser: browser);
        await using var site = await OtherSite.StartAsync($"<a href=\"{scene.Service.BaseUrl}/console/products\">The console</a>");
        var tab = new Tab(await browser.NewPageAsync());
        await tab.Page.GotoAsync(site.Url);

        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "The console" }).ClickAsync();

        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Products");
        tab.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Link_OfAnotherSiteWithAKey_SignsNobodyInWithoutAClick()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        await using var site = await OtherSite.StartAsync($"<a href=\"{scene.Service.BaseUrl}/console/sign-in#key={scene.ApiKey}\">The console</a>");
        var page = await (await scene.NewBrowserAsync()).NewPageAsync();
        await page.GotoAsync(site.Url);

        await page.GetByRole(AriaRole.Link, new() { Name = "The console" }).ClickAsync();

        await Expect(page.GetByLabel("API key")).ToHaveValueAsync(scene.ApiKey);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeFocusedAsync();
        page.Url.ShouldBe($"{scene.Service.BaseUrl}/console/sign-in");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"{scene.Service.BaseUrl}/console/products");
    }
}
