using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Browser.Tests.Console;

/// <summary>The console's camera and viewer, for devices that exist.</summary>
public sealed class TryPageTests(Chromium chromium)
{
    [Fact]
    public async Task Camera_OfAnExistingDevice_IsWatchedByAPhoneThatIsNotSignedInAndLeavesNoKey()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var device = await NewDeviceAsync(scene);
        var camera = await OpenAsync(scene, device);
        await camera.Page.ClickAsync("#start-camera");
        await camera.ExpectStatusAsync("live");
        (await KeysOfAsync(scene, device)).ShouldBe(1);
        camera.Page.Url.ShouldContain(device.Device.Value);
        await Expect(camera.Page.Locator("#device-page")).ToHaveAttributeAsync("href", $"/console/products/{device.Product}/devices/{device.Device}");

        var phone = await scene.NewBrowserAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, ColorScheme = ColorScheme.Dark });
        var link = new Uri((await camera.Page.GetAttributeAsync("#viewer-link", "href"))!);
        var viewer = await scene.OpenAsync(link.PathAndQuery + link.Fragment, phone);
        await viewer.ExpectMovingPictureAsync();
        (await viewer.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);

        await camera.Page.ClickAsync("#stop");
        await Expect(camera.Page.Locator("#home")).ToBeVisibleAsync();
        await viewer.ExpectStatusAsync("offline");
        (await KeysOfAsync(scene, device)).ShouldBe(0);
        await Expect(camera.Page.Locator("#saved")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Viewer_WithATokenOfTheBrowser_IsLetInByACameraWithAPrivateKeyOfTheDevice()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        using var key = new SigningKey();
        var device = await NewDeviceAsync(scene);
        await scene.Api.AddDeviceKeyAsync(device, key);
        var camera = await OpenAsync(scene, device);
        await camera.Page.CheckAsync("#camera-form [name=key][value=given]");
        await camera.Page.FillAsync("#private-key", key.PrivatePem);
        await camera.Page.CheckAsync("#camera-form [name=access][value=token]");
        await camera.Page.ClickAsync("#start-camera");
        await camera.ExpectStatusAsync("live");

        var viewer = await scene.OpenAsync(PathOf(device), camera.Page.Context);
        await viewer.Page.CheckAsync("#viewer-form [name=security][value=none]");
        await viewer.Page.CheckAsync("#viewer-form [name=token][value=browser]");
        await viewer.Page.ClickAsync("#start-viewer");
        await viewer.ExpectMovingPictureAsync();

        // A key that was there before stays.
        await camera.Page.ClickAsync("#stop");
        await Expect(camera.Page.Locator("#home")).ToBeVisibleAsync();
        (await KeysOfAsync(scene, device)).ShouldBe(1);
    }

    [Fact]
    public async Task Camera_OfADeviceThatIsOnline_AsksBeforeItTakesItsPlace()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        using var key = new SigningKey();
        var device = await NewDeviceAsync(scene);
        await scene.Api.AddDeviceKeyAsync(device, key);
        await using var real = await scene.Api.OpenDeviceAsync(device, key);
        var camera = await OpenAsync(scene, device);

        await camera.Page.ClickAsync("#start-camera");
        await Expect(camera.Page.Locator("#occupied")).ToContainTextAsync("The device is online");
        (await KeysOfAsync(scene, device)).ShouldBe(1);

        await camera.Page.ClickAsync("#take-over");
        await camera.ExpectStatusAsync("live");
        await real.Ended;
    }

    [Fact]
    public async Task Visitor_WhoMayOnlyLook_CanWatchButNotProvision()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var device = await NewDeviceAsync(scene);
        var reader = (await scene.Api.ManageAsync(HttpMethod.Post, "/v1/apikeys", new JsonObject { ["scopes"] = new JsonArray("read") }))
            .Require(System.Net.HttpStatusCode.OK)["key"]!.GetValue<string>();
        var camera = await OpenAsync(scene, device);
        await camera.Page.CheckAsync("#camera-form [name=access][value=open]");
        await camera.Page.ClickAsync("#start-camera");
        await camera.ExpectStatusAsync("live");

        var viewer = await scene.SignInAsync(PathOf(device), reader);
        await Expect(viewer.Page.Locator("#camera-form [name=key][value=browser]")).ToHaveCountAsync(0);
        await Expect(viewer.Page.Locator("#viewer-form [name=token][value=browser]")).ToHaveCountAsync(0);
        await Expect(viewer.Page.Locator("#product option[value='']")).ToHaveCountAsync(0);
        await viewer.Page.CheckAsync("#viewer-form [name=security][value=none]");
        await viewer.Page.ClickAsync("#start-viewer");

        await viewer.ExpectMovingPictureAsync();
    }

    [Fact]
    public async Task Page_OnAPhone_FitsTheScreenAndShowsMarkupAsText()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        await NewDeviceAsync(scene, "<script>alert(1)</script>");
        var phone = await scene.NewBrowserAsync(new() { ViewportSize = new() { Width = 390, Height = 844 } });

        var page = (await scene.SignInAsync("/console/try", browser: phone)).Page;

        await Expect(page.Locator("#product")).ToContainTextAsync("<script>alert(1)</script>");
        await Expect(page.Locator("#start-camera")).ToBeVisibleAsync();
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);
        (await page.EvaluateAsync<int>("performance.getEntriesByType('resource').reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"))
            .ShouldBeLessThan(100_000);
    }

    [Fact]
    public async Task Policy_OfThePage_IsWiderThanTheConsolesByItsConnectionsAlone()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var browser = await scene.NewBrowserAsync();
        await scene.SignInAsync("/console/products", browser: browser);

        var usual = await PolicyOfAsync("/console/products");
        var wider = await PolicyOfAsync("/console/try");

        wider.ShouldBe(usual.Replace("connect-src 'self'", "connect-src 'self' ws: wss:", StringComparison.Ordinal));

        async Task<string> PolicyOfAsync(string path) =>
            (await browser.APIRequest.GetAsync(scene.Service.BaseUrl + path, new() { Headers = new Dictionary<string, string> { ["Accept"] = "text/html" } })).Headers["content-security-policy"];
    }

    private static async Task<DeviceAddress> NewDeviceAsync(ConsoleScene scene, string name = "Doorbell")
    {
        var product = await scene.Api.CreateProductAsync(name);
        var answer = await scene.Api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{product}/devices", new JsonObject { ["name"] = name });
        return new(product, DeviceId.Parse(answer.Require(System.Net.HttpStatusCode.OK)["deviceId"]!.GetValue<string>()));
    }

    private static Task<Tab> OpenAsync(ConsoleScene scene, DeviceAddress device) => scene.SignInAsync(PathOf(device));

    private static string PathOf(DeviceAddress device) => $"/console/try?product={device.Product}&device={device.Device}";

    private static async Task<int> KeysOfAsync(ConsoleScene scene, DeviceAddress device) =>
        (await scene.Api.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{device.Product}/devices/{device.Device}")).Require(System.Net.HttpStatusCode.OK)["publicKeys"]!.AsArray().Count;
}
