using System.Text;

namespace Heliograph.Browser.Tests.Console;

public sealed class DevicePagesTests(Chromium chromium)
{
    private const string Markup = "<img src=x onerror=\"document.title='hit'\">";

    [Fact]
    public async Task Device_CreatedByForm_IsFoundChangedAndDeleted()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var product = await scene.Api.CreateProductAsync(Markup);
        var page = (await scene.SignInAsync($"/console/products/{product}/devices")).Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "New device" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(Markup);
        await page.GetByLabel("Tag 1, name").FillAsync("site");
        await page.GetByLabel("Tag 1, value").FillAsync("Oslo");
        await page.GetByLabel("Tag 2, name").FillAsync("note");
        await page.GetByLabel("Tag 2, value").FillAsync(Markup);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(Markup);
        await Expect(page.Locator(".notice[role=status]")).ToHaveTextAsync("The device was created.");
        await Expect(page.Locator("section[aria-labelledby=now-title] .state")).ToHaveTextAsync("offline");
        (await page.EvaluateAsync<bool>("async () => { const image = document.querySelector('.pairing img'); await image.decode(); return image.naturalWidth > 0; }")).ShouldBeTrue();

        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Garden gate");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Garden gate");

        await page.GetByRole(AriaRole.Navigation, new() { Name = "Where this is" }).GetByText("Devices").ClickAsync();
        await page.GetByLabel("Search").FillAsync("site=oslo");
        await page.GetByLabel("Search").PressAsync("Enter");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        page.Url.ShouldContain("q=site%3Doslo");
        await Expect(page.Locator("tbody")).ToContainTextAsync(Markup);

        await page.Locator("tbody th a").ClickAsync();
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Delete the device" });
        await Expect(button).ToBeDisabledAsync();
        await page.GetByLabel("to confirm").FillAsync((await page.Locator("#device-id").TextContentAsync())!);
        await button.ClickAsync();
        await Expect(page.Locator(".notice[role=status]")).ToHaveTextAsync("The device was deleted.");
        await Expect(page.GetByText("No devices yet")).ToBeVisibleAsync();
        (await page.TitleAsync()).ShouldNotBe("hit");
    }

    [Fact]
    public async Task Import_OfACsvFile_ShowsBadLinesAndCreatesTheOthers()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        using var key = new SigningKey();
        var product = await scene.Api.CreateProductAsync("Doorbell");
        var page = (await scene.SignInAsync($"/console/products/{product}/devices")).Page;
        var csv = $"deviceId;publicKey;name;tag:site\r\nwd-0000000000000001;\"{key.PublicPem}\";Gate;Oslo\r\n{Markup.Replace("\"", "", StringComparison.Ordinal)};;;\r\nwd-0000000000000002;nonsense;;\r\n";

        await page.GetByRole(AriaRole.Link, new() { Name = "Import" }).ClickAsync();
        await page.GetByLabel("CSV file").SetInputFilesAsync(new FilePayload { Name = $"{Markup}.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(csv) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();

        await Expect(page.Locator("#good")).ToHaveTextAsync("1");
        await Expect(page.Locator("#bad")).ToHaveTextAsync("2");
        await Expect(page.Locator("tbody tr").Nth(1)).ToContainTextAsync("is not PEM");
        await page.ScreenshotAsync(new() { Path = Screenshot("import-preview"), FullPage = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the good one" }).ClickAsync();

        await Expect(page.Locator("tbody th")).ToHaveTextAsync(["wd-0000000000000001"]);
        await Expect(page.Locator(".notice[role=status]")).ToContainTextAsync("The devices were created.");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Export these" }).ClickAsync());
        (await File.ReadAllTextAsync(await download.PathAsync())).ShouldContain("wd-0000000000000001,Gate,");
        (await page.TitleAsync()).ShouldNotBe("hit");
    }

    [Fact]
    public async Task List_WithoutScripts_IsSearchedAndPaged()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var product = await scene.Api.CreateProductAsync("Doorbell");
        var browser = await scene.NewBrowserAsync(new() { JavaScriptEnabled = false });
        var page = (await scene.SignInAsync($"/console/products/{product}/devices", browser: browser)).Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "New batch" }).ClickAsync();
        await page.GetByLabel("How many").FillAsync("60");
        await page.GetByLabel("Tag 1, name").FillAsync("run");
        await page.GetByLabel("Tag 1, value").FillAsync("7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();

        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(50);
        await page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(10);
        await page.GetByRole(AriaRole.Link, new() { Name = "Previous" }).ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(50);
        await page.GetByLabel("State").SelectOptionAsync("online");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(page.GetByText("No device is like this.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Page_OfAConnectedDevice_ShowsWhoIsThereAndWhatHappened()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        using var key = new SigningKey();
        using var stranger = new SigningKey();
        var product = await scene.Api.CreateProductAsync("Doorbell");
        var device = await scene.Api.CreateDeviceAsync(product, key);
        (await scene.Api.ConnectDeviceAsync(device, stranger.DeviceToken(device))).Status.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        await using var peer = await scene.Api.OpenDeviceAsync(device, key);
        var (client, channel, _) = await scene.Api.OpenClientAsync(device);
        await using var _ = client;
        var browser = await scene.NewBrowserAsync();
        await browser.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);

        var page = (await scene.SignInAsync($"/console/products/{product}/devices/{device.Device}", browser: browser)).Page;

        await Expect(page.Locator("section[aria-labelledby=now-title]")).ToContainTextAsync("Online since");
        await Expect(page.Locator("section[aria-labelledby=channels-title] tbody")).ToContainTextAsync(channel[..8]);
        await Expect(page.Locator("section[aria-labelledby=channels-title] tbody")).ToContainTextAsync("without a token");
        (await page.ContentAsync()).ShouldNotContain(channel);
        await Expect(page.Locator("section[aria-labelledby=history-title]")).ToContainTextAsync("The device connected.");
        await Expect(page.Locator("section[aria-labelledby=history-title]")).ToContainTextAsync("was refused");
        await page.GetByText("JavaScript viewer").ClickAsync();
        await page.Locator("[data-copy=javascript]").ClickAsync();
        var copied = await page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        copied.ShouldContain($"deviceId: '{device.Device}'");
        copied.ShouldContain($"from '{scene.Service.BaseUrl}/sdk/heliograph.js'");

        await LookAsync(page, "device");
    }

    [Theory]
    [InlineData("", "devices")]
    [InlineData("/new", "new-device")]
    [InlineData("/batch", "new-batch")]
    [InlineData("/import", "import")]
    public async Task Page_InWindowsOfAnyWidth_Fits(string path, string name)
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        using var key = new SigningKey();
        var product = await scene.Api.CreateProductAsync("Doorbell");
        var tags = new System.Text.Json.Nodes.JsonObject { ["site"] = "Oslo", ["line"] = new string('x', 120) };
        foreach (var title in (string[])["Garden gate", new string('n', 200)])
        {
            var device = await scene.Api.CreateDeviceAsync(product, key);
            await scene.Api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{product}/devices/{device.Device}", new System.Text.Json.Nodes.JsonObject { ["name"] = title, ["tags"] = tags.DeepClone() });
        }

        var page = (await scene.SignInAsync($"/console/products/{product}/devices{path}")).Page;

        await LookAsync(page, name);
        // An ID stays in one line, whatever is beside it.
        (await page.EvaluateAsync<int>("() => Math.max(0, ...[...document.querySelectorAll('tbody th a')].map((link) => link.getClientRects().length))")).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Keys_OfADevice_AreAddedAndRemoved()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        using var first = new SigningKey();
        using var second = new SigningKey();
        var product = await scene.Api.CreateProductAsync("Doorbell");
        var device = await scene.Api.CreateDeviceAsync(product, first);
        var page = (await scene.SignInAsync($"/console/products/{product}/devices/{device.Device}")).Page;

        var keys = page.Locator("ul.keys > li");
        await page.GetByText("Add a key").ClickAsync();
        await page.GetByLabel("Public key").FillAsync(second.PublicPem);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add key" }).ClickAsync();
        await Expect(keys).ToHaveCountAsync(2);

        await keys.First.GetByText("Remove…").ClickAsync();
        await keys.First.GetByRole(AriaRole.Button, new() { Name = "Remove this key" }).ClickAsync();
        await Expect(keys).ToHaveCountAsync(1);
    }

    private static async Task LookAsync(IPage page, string what)
    {
        foreach (var (name, width, scheme) in ((string, int, ColorScheme)[])[("wide", 1280, ColorScheme.Light), ("dark", 1280, ColorScheme.Dark), ("phone", 390, ColorScheme.Light)])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await page.SetViewportSizeAsync(width, 844);
            await page.ScreenshotAsync(new() { Path = Screenshot($"{what}-{name}"), FullPage = true });
            (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width);
        }
    }

    private static string Screenshot(string name) => Path.Combine(AppContext.BaseDirectory, "screenshots", $"{name}.png");
}
