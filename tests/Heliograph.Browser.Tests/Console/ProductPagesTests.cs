using Heliograph.Protocol;

namespace Heliograph.Browser.Tests.Console;

public sealed class ProductPagesTests(Chromium chromium)
{
    private const string Markup = "Doorbell <b>2</b><script>alert(1)</script>";

    [Fact]
    public async Task NewProduct_IsListedAndItsMarkupIsText()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var page = (await scene.SignInAsync()).Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "New product" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync(Markup);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = Markup })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Console" }).GetByText("Products").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = Markup })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Edit_OfNameAndTags_WithMoreRowsThanThereWere()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var product = await scene.Api.CreateProductAsync("Old");
        var page = (await scene.SignInAsync($"/console/products/{product}")).Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("New");
        await page.GetByRole(AriaRole.Button, new() { Name = "Another tag" }).ClickAsync();
        for (var i = 1; i <= 3; i++)
        {
            await page.GetByLabel($"Tag {i}, name").FillAsync($"<i>{i}</i>");
            await page.GetByLabel($"Tag {i}, value").FillAsync($"value {i}");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status).First).ToHaveTextAsync("The product was saved.");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New" })).ToBeVisibleAsync();
        await Expect(page.GetByText("<i>3</i>=value 3")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Keys_PastedUploadedAndRemoved_AreListedSo()
    {
        using var pasted = new SigningKey();
        using var inFile = new SigningKey();
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var product = await scene.Api.CreateProductAsync();
        var page = (await scene.SignInAsync($"/console/products/{product}")).Page;

        await page.GetByLabel("Public key (PEM)").FillAsync(pasted.PublicPem);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add key" }).ClickAsync();
        await Expect(page.GetByText(pasted.IdFor(KeyOwner.Product).Value)).ToBeVisibleAsync();
        await Expect(page.Locator(".keys")).ToContainTextAsync("used last never");

        await page.GetByText("Add a key").ClickAsync();
        await page.GetByLabel("Or a file").SetInputFilesAsync(new FilePayload { Name = "key.pem", MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes(inFile.PublicPem) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Add key" }).ClickAsync();
        await Expect(page.GetByText(inFile.IdFor(KeyOwner.Product).Value)).ToBeVisibleAsync();

        await page.GetByText("Remove…").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove this key" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("The key was removed.");
        await Expect(page.GetByText(pasted.IdFor(KeyOwner.Product).Value)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Key_ThatIsPrivate_IsNotSent()
    {
        using var key = new SigningKey();
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var product = await scene.Api.CreateProductAsync();
        var page = (await scene.SignInAsync($"/console/products/{product}")).Page;
        var posts = 0;
        page.Request += (_, request) => posts += request.Method == "POST" ? 1 : 0;

        await page.GetByLabel("Public key (PEM)").FillAsync(key.PrivatePem);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add key" }).ClickAsync();

        (await page.GetByLabel("Public key (PEM)").EvaluateAsync<string>("field => field.validationMessage")).ShouldContain("private key");
        posts.ShouldBe(0);
    }

    [Fact]
    public async Task Key_GeneratedInTheBrowser_LetsAViewerIn()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        using var deviceKey = new SigningKey();
        var product = await scene.Api.CreateProductAsync();
        var device = await scene.Api.CreateDeviceAsync(product, deviceKey);
        var page = (await scene.SignInAsync($"/console/products/{product}")).Page;
        var posted = new List<string>();
        page.Request += (_, request) => posted.Add(request.PostData ?? "");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Generate a key pair here" }).ClickAsync());
        await Expect(page.Locator("[data-generated]")).ToContainTextAsync("The private key was saved as");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add key" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("The key was added.");

        download.SuggestedFilename.ShouldBe($"{product}-private-key.pem");
        var pem = await File.ReadAllTextAsync(await download.PathAsync());
        posted.ShouldAllBe(body => !body.Contains("PRIVATE"));
        PrivateKeyPem.TryRead(pem, out var key, out var problem).ShouldBeTrue(problem);
        using (key)
        {
            var token = TokenWriter.Write(key!, KeyOwner.Product, device, TokenScopes.ClientConnect, DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
            (await scene.Api.ConnectClientAsync(device, token)).Require(System.Net.HttpStatusCode.OK);
        }

        await page.ReloadAsync();
        await Expect(page.Locator(".keys")).Not.ToContainTextAsync("used last never");
    }

    [Fact]
    public async Task Delete_TakesTypingTheId()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var product = await scene.Api.CreateProductAsync("Goes");
        var page = (await scene.SignInAsync($"/console/products/{product}/edit")).Page;
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Delete the product" });

        await Expect(button).ToBeDisabledAsync();
        await page.GetByLabel("to confirm").FillAsync("wp-00000000");
        await Expect(button).ToBeDisabledAsync();
        await page.GetByLabel("to confirm").FillAsync(product.Value);
        await button.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status).First).ToHaveTextAsync("The product was deleted, with its devices and keys.");
        await Expect(page.GetByText(product.Value)).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(1240, ColorScheme.Light, "wide-light")]
    [InlineData(390, ColorScheme.Dark, "phone-dark")]
    public async Task Pages_AtAnyWidth_DoNotScrollSideways(int width, ColorScheme colors, string name)
    {
        using var key = new SigningKey();
        await using var scene = await ConsoleScene.OpenAsync(chromium, name: $"Products-{name}");
        var product = await scene.Api.CreateProductAsync("Garden cameras with a name that is rather long for a small screen");
        await scene.Api.AddProductKeyAsync(product, key);
        var device = await scene.Api.CreateDeviceAsync(product, key);
        await using var peer = await scene.Api.OpenDeviceAsync(device, key);
        var browser = await scene.NewBrowserAsync(new() { ViewportSize = new() { Width = width, Height = 800 }, ColorScheme = colors });
        await scene.SignInAsync("/console/products", browser: browser);

        foreach (var path in (string[])["/console/products", "/console/products/new", $"/console/products/{product}", $"/console/products/{product}/edit", "/console/audit"])
        {
            var tab = await scene.OpenAsync(path, browser);
            (await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width, path);
        }
    }
}
