using System.Collections.Concurrent;
using System.Net;
using Heliograph.Protocol;

namespace Heliograph.Browser.Tests.Console;

public sealed class TokenPageTests(Chromium chromium)
{
    [Fact]
    public async Task Token_MadeWithAKeyOfTheBrowser_IsAcceptedOnceItsKeyIsRegistered()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var device = await NewDeviceAsync(scene);
        var page = (await scene.SignInAsync("/console/tokens")).Page;

        // The only device of the product is offered by itself.
        await Expect(page.GetByLabel("Device ID")).ToHaveValueAsync(device.Device.Value);
        var token = await MakeAsync(page);
        await Expect(page.Locator("#made-state")).ToContainTextAsync("no: the token is refused");
        (await scene.Api.ConnectClientAsync(device, token)).Status.ShouldBe(HttpStatusCode.Unauthorized);

        await page.GetByRole(AriaRole.Button, new() { Name = "Register the key on the product" }).ClickAsync();
        await Expect(page.Locator("#made-state")).ToHaveTextAsync("yes, on the product");
        (await scene.Api.ConnectClientAsync(device, token)).Require(HttpStatusCode.OK)["deviceOnline"]!.GetValue<bool>().ShouldBeFalse();

        // The key stays in the browser: the next token needs no registration.
        await page.ReloadAsync();
        (await scene.Api.ConnectClientAsync(device, await MakeAsync(page))).Require(HttpStatusCode.OK);
        await Expect(page.Locator("#made-state")).ToHaveTextAsync("yes, on the product");
    }

    [Theory]
    [InlineData("PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    public async Task Token_MadeWithAPrivateKeyOfOnesOwn_IsAcceptedAndTheKeyIsNotSent(string format)
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        using var key = new SigningKey();
        var device = await scene.Api.CreateDeviceAsync(await scene.Api.CreateProductAsync(), key);
        var page = (await scene.SignInAsync($"/console/tokens?product={device.Product}&device={device.Device}")).Page;
        var sent = new ConcurrentQueue<string>();
        page.Context.Request += (_, request) => sent.Enqueue($"{request.Url} {request.PostData} {string.Join(' ', request.Headers.Values)}");
        var pem = format == "PRIVATE KEY" ? key.PrivatePem : key.PrivateSec1Pem;

        await page.GetByLabel("The device's own").CheckAsync();
        await page.GetByLabel("A private key of yours").CheckAsync();
        await page.GetByLabel("Private key (PEM)").FillAsync(pem);
        var token = await MakeAsync(page);
        await Expect(page.Locator("#made-state")).ToHaveTextAsync("yes, on the device");
        await Expect(page.Locator("#made-key")).ToHaveTextAsync(key.IdFor(KeyOwner.Device).Value);
        (await scene.Api.ConnectDeviceAsync(device, token)).Require(HttpStatusCode.OK);
        await page.GetByRole(AriaRole.Button, new() { Name = "Inspect it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("This service would accept it as a device's token.");

        sent.ShouldNotBeEmpty();
        sent.ShouldContain(x => x.Contains("/console/calls/keys"));
        foreach (var part in pem.Split('\n').Where(line => line.Length > 20 && !line.StartsWith('-')))
            sent.ShouldAllBe(request => !Uri.UnescapeDataString(request.Replace("+", "%2B")).Contains(part));
    }

    [Theory]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "That is a public key")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "is encrypted")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "must be a NIST P-256 key")]
    [InlineData("hello", "must begin with -----BEGIN PRIVATE KEY-----")]
    public async Task PrivateKey_ThatIsNone_IsToldInWords(string text, string said)
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium, name: $"PrivateKey_ThatIsNone_{said.Length}");
        await NewDeviceAsync(scene);
        var page = (await scene.SignInAsync("/console/tokens")).Page;

        await page.GetByLabel("A private key of yours").CheckAsync();
        await page.GetByLabel("Private key (PEM)").FillAsync(text);
        await Expect(page.GetByLabel("Device ID")).Not.ToHaveValueAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the token" }).ClickAsync();

        await Expect(page.Locator("#make-problem")).ToContainTextAsync(said);
        await Expect(page.Locator("#made")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Viewer_MayMakeATokenButNotRegisterItsKey()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        await NewDeviceAsync(scene);
        var tab = await scene.SignInAsync("/console/tokens", await NewReadKeyAsync(scene));
        var page = tab.Page;

        await MakeAsync(page);

        await Expect(page.Locator("#made-state")).ToContainTextAsync("no: the token is refused");
        await Expect(page.Locator("#register")).ToBeHiddenAsync();
        // Nor by hand.
        tab.ExpectComplaint("403");
        (await page.EvaluateAsync<int>(
            """
            async () => (await import('/console/assets/calls.js')).change('devices', {}).then(() => 200, ({ status }) => status)
            """)).ShouldBe(403);
    }

    [Fact]
    public async Task Inspection_OnAPhone_FitsTheScreen()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        using var key = new SigningKey();
        var device = await scene.Api.CreateDeviceAsync(await scene.Api.CreateProductAsync("Doorbell <b>2</b>"), key);
        var phone = await scene.NewBrowserAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, ColorScheme = ColorScheme.Dark });
        var page = (await scene.SignInAsync("/console/tokens", browser: phone)).Page;

        await page.Locator("#given").FillAsync(key.DeviceToken(device, x => x["exp"] = 1, scope: "turn"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Inspect", Exact = true }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("lacks the word device:connect");
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);
    }

    private static async Task<string> MakeAsync(IPage page)
    {
        await Expect(page.GetByLabel("Device ID")).Not.ToHaveValueAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the token" }).ClickAsync();
        await Expect(page.Locator("#made-state")).Not.ToHaveTextAsync("");
        return (await page.Locator("#token").TextContentAsync())!;
    }

    private static async Task<DeviceAddress> NewDeviceAsync(ConsoleScene scene)
    {
        using var key = new SigningKey();
        return await scene.Api.CreateDeviceAsync(await scene.Api.CreateProductAsync(), key);
    }

    private static async Task<string> NewReadKeyAsync(ConsoleScene scene) =>
        (await scene.Api.ManageAsync(HttpMethod.Post, "/v1/apikeys", new System.Text.Json.Nodes.JsonObject { ["scopes"] = new System.Text.Json.Nodes.JsonArray("read") }))
            .Require(HttpStatusCode.OK)["key"]!.GetValue<string>();
}
