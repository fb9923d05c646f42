using System.Text.Json.Nodes;

namespace Heliograph.Browser.Tests.Console;

/// <summary>Through a provider of OpenID Connect on another site, and back.</summary>
public sealed class OpenIdSignInTests(Chromium chromium)
{
    [Fact]
    public async Task SignIn_AtTheProvider_LeadsToThePageThatWasAskedFor_AndSignOutLeavesBoth()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var scene = await OpenAsync(provider);
        var tab = await scene.OpenAsync("/console/products/new");
        var page = tab.Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example Works" }).ClickAsync();
        page.Url.ShouldStartWith(provider.Authority);
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();

        await page.WaitForURLAsync($"{scene.Service.BaseUrl}/console/products/new");
        await Expect(page.GetByText("Ada Lovelace")).ToBeVisibleAsync();
        await page.GetByLabel("Name").FillAsync("Doorbell");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.GetByText("The product was created.")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign out there, too" }).ClickAsync();
        await Expect(page.GetByText("You are signed out here and at the provider.")).ToBeVisibleAsync();
        provider.SignOuts.ShouldBe(1);
    }

    [Fact]
    public async Task SignIn_OfSomebodyWithoutARole_IsToldInWords()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        provider.Claims = new JsonObject { ["sub"] = "bob", ["name"] = "Bob" };
        await using var scene = await OpenAsync(provider);
        var tab = await scene.OpenAsync("/console/products", await scene.NewBrowserAsync(new() { ViewportSize = new() { Width = 390, Height = 800 }, ColorScheme = ColorScheme.Dark }));
        tab.ExpectComplaint("403");

        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example Works" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();

        await Expect(tab.Page.GetByText("Your account has no role in this console.")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    private Task<ConsoleScene> OpenAsync(OpenIdProvider provider, [System.Runtime.CompilerServices.CallerMemberName] string name = "") => ConsoleScene.OpenAloneAsync(
        chromium,
        environment: new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HELIOGRAPH_OpenId__Authority"] = provider.Authority,
            ["HELIOGRAPH_OpenId__ClientId"] = OpenIdProvider.ClientId,
            ["HELIOGRAPH_OpenId__ClientSecret"] = OpenIdProvider.ClientSecret,
            ["HELIOGRAPH_OpenId__Organization"] = "or-operator",
            ["HELIOGRAPH_OpenId__DisplayName"] = "Example Works",
        },
        name: name);
}
