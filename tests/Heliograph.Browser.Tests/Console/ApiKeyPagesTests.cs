using System.Net;

namespace Heliograph.Browser.Tests.Console;

public sealed class ApiKeyPagesTests(Chromium chromium)
{
    [Fact]
    public async Task Key_IsMadeCopiedUsedAndRevoked()
    {
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium);
        var browser = await scene.NewBrowserAsync(new() { Permissions = ["clipboard-read", "clipboard-write"] });
        var page = (await scene.SignInAsync("/console/keys", browser: browser)).Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "New API key" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Night shift <script>alert(1)</script>");
        await page.GetByLabel("Expires").SelectOptionAsync("in 30 days");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        var key = (await page.Locator("#new-key").TextContentAsync())!;
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
        (await page.EvaluateAsync<string>("navigator.clipboard.readText()")).ShouldBe(key);
        page.Url.ShouldEndWith("/console/keys/new");

        var other = (await scene.SignInAsync("/console/keys", apiKey: key)).Page;
        await Expect(other.GetByRole(AriaRole.Link, new() { Name = "New API key" })).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Link, new() { Name = "Done" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Rowheader, new() { Name = "Night shift <script>alert(1)</script>" })).ToBeVisibleAsync();
        (await page.ContentAsync()).ShouldNotContain(key[^52..]);
        await page.GetByRole(AriaRole.Link, new() { Name = $"Revoke {key.Split('_')[1]}" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(page.GetByText("The API key was revoked.")).ToBeVisibleAsync();
        (await scene.Api.SendAsync(HttpMethod.Get, "/v1/webrtc/products", bearer: key)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Pages_OnAPhoneInTheDark_Fit()
    {
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium);
        var phone = await scene.NewBrowserAsync(new() { ViewportSize = new() { Width = 390, Height = 800 }, ColorScheme = ColorScheme.Dark });
        await scene.SignInAsync("/console/keys", browser: phone);

        foreach (var path in (string[])["/console/keys", "/console/keys/new", $"/console/keys/{scene.ApiKey.Split('_')[1]}/revoke"])
        {
            var page = (await scene.OpenAsync(path, phone)).Page;
            (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);
        }
    }
}
