using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heliograph.Docs.Tests;
using Heliograph.Protocol;

namespace Heliograph.Browser.Tests.Console;

/// <summary>The pictures in docs/console.md. With HELIOGRAPH_UPDATE_IMAGES=1 they are taken anew.</summary>
public sealed partial class ImagesTests(Chromium chromium)
{
    private const string Page = "docs/console.md";

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    [Fact]
    public async Task Images_OfTheDocs_AreOfPagesAsTheyAre()
    {
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium);
        var device = await SeedAsync(scene);
        var browser = await scene.NewBrowserAsync(new() { ViewportSize = new() { Width = 1180, Height = 760 } });
        var signIn = await scene.OpenAsync("/console/sign-in", browser);
        await TakeAsync(signIn.Page, "sign-in");
        var tab = await scene.SignInAsync(browser: browser);
        await TakeAsync(tab.Page, "products");

        var camera = await scene.OpenAsync($"/console/try?product={device.Product}&device={device.Device}", browser);
        await TakeAsync(camera.Page, "try");
        await camera.Page.ClickAsync("#start-camera");
        await camera.ExpectStatusAsync("live");
        var inspector = await scene.OpenAsync($"/console/products/{device.Product}/devices/{device.Device}/inspect", browser);
        await Expect(inspector.Page.Locator("#stream-state")).ToHaveAttributeAsync("data-state", "live");
        var viewer = new Tab(await browser.RunAndWaitForPageAsync(() => camera.Page.ClickAsync("#viewer-link")));
        await viewer.ExpectMovingPictureAsync();
        await TakeAsync(viewer.Page, "watching");
        await Expect(inspector.Page.GetByText("answer").First).ToBeVisibleAsync();
        await TakeAsync(inspector.Page, "inspector");

        foreach (var (name, path) in new (string, string)[]
        {
            ("product", $"products/{device.Product}"),
            ("devices", $"products/{device.Product}/devices"),
            ("device", $"products/{device.Product}/devices/{device.Device}"),
            ("import", $"products/{device.Product}/devices/import"),
            ("live", "live"),
            ("tokens", "tokens"),
            ("api-keys", "keys"),
            ("audit-log", "audit"),
        })
        {
            await tab.Page.GotoAsync($"{scene.Service.BaseUrl}/console/{path}");
            await TakeAsync(tab.Page, name);
        }

        var inThePage = Image().Matches(Repository.Read(Page)).Select(x => x.Groups["name"].Value).ToList();
        inThePage.ShouldBeSubsetOf(_taken);
        inThePage.ShouldAllBe(name => File.Exists(FileInDocs(name)));
    }

    private async Task TakeAsync(IPage page, string name)
    {
        _taken.Add(name);
        var isForDocs = Environment.GetEnvironmentVariable("HELIOGRAPH_UPDATE_IMAGES") == "1";
        await page.ScreenshotAsync(new() { Path = isForDocs ? FileInDocs(name) : Screenshots.FileOf($"images/{name}.png"), FullPage = true });
    }

    private static string FileInDocs(string name) => Repository.PathOf($"docs/images/console/{name}.png");

    /// <summary>A vendor with two products and some devices.</summary>
    private static async Task<DeviceAddress> SeedAsync(ConsoleScene scene)
    {
        var product = await scene.Api.CreateProductAsync("Doorbell 2");
        await scene.Api.CreateProductAsync("Garden camera");
        DeviceAddress? first = null;
        foreach (var (name, site) in new (string, string)[] { ("Front door", "Aarhus"), ("Back door", "Aarhus"), ("Gate", "Odense"), ("Stables", "Odense") })
        {
            var body = new JsonObject { ["name"] = name, ["tags"] = new JsonObject { ["site"] = site, ["firmware"] = "2.4.1" } };
            var made = (await scene.Api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{product}/devices", body)).Require(HttpStatusCode.OK);
            first ??= new(product, DeviceId.Parse(made.Text("deviceId")));
        }

        return first!.Value;
    }

    [GeneratedRegex(@"\(images/console/(?<name>[a-z-]+)\.png\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Image();
}
