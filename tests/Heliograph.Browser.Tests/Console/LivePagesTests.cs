using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heliograph.Protocol;

namespace Heliograph.Browser.Tests.Console;

/// <summary>A camera in one tab, a viewer in another, and somebody in another browser who watches what happens.</summary>
public sealed partial class LivePagesTests(Chromium chromium)
{
    [Fact]
    public async Task Inspector_OfASession_TellsItFromTheFirstCallToTheKilledCamera()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        var (camera, viewerLink) = await StartCameraAsync(scene);
        var device = DeviceOf(viewerLink);
        var live = await scene.SignInAsync("/console/live");
        await Expect(live.Page.Locator("#stream-state")).ToHaveTextAsync("Live");
        await Expect(live.Page.Locator("#devices")).ToHaveTextAsync("1");
        var inspector = await scene.OpenAsync(InspectPath(device), live.Page.Context);
        var streamed = ReadStream(inspector.Page);
        await inspector.Page.ReloadAsync();
        await Expect(inspector.Page.Locator("#stream-state")).ToHaveTextAsync("Live");
        await Expect(inspector.Page.Locator("#device-state")).ToContainTextAsync("online");

        var viewer = await scene.OpenAsync(viewerLink[scene.Service.BaseUrl.Length..], camera.Page.Context);
        await viewer.ExpectMovingPictureAsync();

        var story = inspector.Page.Locator("#story");
        await Expect(story).ToContainTextAsync("A client asked for a connection");
        await Expect(story).ToContainTextAsync("A client connected without a token.");
        await Expect(story).ToContainTextAsync("The client asked to begin (SETUP_REQUEST).");
        await Expect(story).ToContainTextAsync("The device agreed to begin (SETUP_RESPONSE)");
        await Expect(story.Locator("tr[data-kind=offer]").First).ToContainTextAsync("sent an offer (video");
        await Expect(story.Locator("tr[data-kind=answer]").First).ToContainTextAsync("sent an answer (video");
        await Expect(story.Locator("tr[data-kind=candidate]").First).ToContainTextAsync("host");
        await Expect(inspector.Page.Locator("#channels li")).ToHaveCountAsync(1);
        await Expect(live.Page.Locator("#clients")).ToHaveTextAsync("1");
        await inspector.Page.ScreenshotAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "screenshots", "inspector-story.png"), FullPage = true });

        await camera.KillAsync();

        await Expect(story.Locator("tr[data-kind=disconnected]")).ToContainTextAsync("The device disconnected");
        await Expect(inspector.Page.Locator("#device-state")).ToContainTextAsync("offline");
        await Expect(live.Page.Locator("#devices")).ToHaveTextAsync("0");
        await Expect(live.Page.Locator("#events tr[data-kind=DeviceDisconnected]")).ToContainTextAsync("and a browser whose tab is gone");
        var text = await inspector.Page.InnerTextAsync("main") + string.Concat(await streamed());
        Address().Matches(text).ShouldBeEmpty();
        foreach (var content in (string[])["ufrag", "fingerprint", "candidate:", ".local", "m=video"])
            text.ShouldNotContain(content);
    }

    [Fact]
    public async Task Content_SwitchedOn_IsShownAsTextAndEndsByItself()
    {
        await using var scene = await ConsoleScene.OpenAloneAsync(
            chromium, environment: new Dictionary<string, string> { ["HELIOGRAPH_Live__ContentTime"] = "00:00:15" });
        using var key = new SigningKey();
        var device = await scene.Api.CreateDeviceAsync(await scene.Api.CreateProductAsync("Doorbell <b>1</b>"), key);
        await using var camera = await scene.Api.OpenDeviceAsync(device, key);
        var (client, channel, _) = await scene.Api.OpenClientAsync(device);
        await using var _ = client;
        var page = (await scene.SignInAsync(InspectPath(device))).Page;
        await Expect(page.Locator("#stream-state")).ToHaveTextAsync("Live");
        const string hostile = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>";

        await page.GetByRole(AriaRole.Button, new() { Name = "Show it for 15 s" }).ClickAsync();
        await Expect(page.Locator("#content-state")).ToContainTextAsync("Shown to managers");
        await client.SendMessageAsync(channel, Data(0, new JsonObject { ["type"] = "chat", ["text"] = hostile, ["password"] = "s3cret" }));

        var row = page.Locator("#story tr[data-kind=application]");
        await row.GetByText("What it contains").ClickAsync();
        await Expect(row.Locator("pre")).ToContainTextAsync(hostile);
        await Expect(row.Locator("pre")).Not.ToContainTextAsync("s3cret");
        (await page.TitleAsync()).ShouldNotContain("owned");
        await page.ScreenshotAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "screenshots", "inspector-content.png"), FullPage = true });

        await Expect(page.Locator("#content-state")).ToContainTextAsync("Not shown");
        await Expect(page.Locator("#story pre")).ToHaveCountAsync(0);
        await client.SendMessageAsync(channel, Data(1, new JsonObject { ["type"] = "<b>chat</b>", ["text"] = hostile }));
        await Expect(page.Locator("#story tr[data-kind=application]")).ToHaveCountAsync(2);
        (await page.InnerTextAsync("#story")).ShouldNotContain("onerror");
    }

    [Fact]
    public async Task Pages_OnAPhone_FitAndCanBePausedAndFiltered()
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        using var key = new SigningKey();
        var device = await scene.Api.CreateDeviceAsync(await scene.Api.CreateProductAsync(), key);
        await using var camera = await scene.Api.OpenDeviceAsync(device, key);
        var phone = await scene.NewBrowserAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, ColorScheme = ColorScheme.Dark });
        var live = await scene.SignInAsync("/console/live", browser: phone);
        await Expect(live.Page.Locator("#events tr")).Not.ToHaveCountAsync(0);
        await Expect(live.Page.Locator("#rate")).ToHaveTextAsync("0");
        (await live.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);

        var page = (await scene.OpenAsync(InspectPath(device), phone)).Page;
        await Expect(page.Locator("#stream-state")).ToHaveTextAsync("Live");
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        var (one, first, _) = await scene.Api.OpenClientAsync(device);
        await using var a = one;
        await Expect(live.Page.Locator("#clients")).ToHaveTextAsync("1");
        await Expect(page.Locator("#story tr")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Expect(page.Locator("#story tr[data-kind=connected]")).ToHaveCountAsync(1);

        var (two, second, _) = await scene.Api.OpenClientAsync(device);
        await using var b = two;
        await Expect(page.Locator("#story tr[data-kind=connected]")).ToHaveCountAsync(2);
        await page.SelectOptionAsync("#channel", second[..8]);
        await Expect(page.Locator("#story tr[data-kind=connected]:visible")).ToHaveCountAsync(1);
        page.Url.ShouldEndWith($"?channel={second[..8]}");
        (await page.ContentAsync()).ShouldNotContain(first);
    }

    [Fact]
    public async Task LivePage_ServiceRestarts_SaysSoAndFollowsAgain()
    {
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium);
        var live = await scene.SignInAsync("/console/live");
        await Expect(live.Page.Locator("#stream-state")).ToHaveTextAsync("Live");
        live.ExpectComplaint("ERR_CONNECTION_REFUSED");
        live.ExpectComplaint("ERR_INCOMPLETE_CHUNKED_ENCODING");

        await scene.RestartServiceAsync(async () => await Expect(live.Page.Locator("#stream-state")).ToContainTextAsync("Trying again"));

        await Expect(live.Page.Locator("#stream-state")).ToHaveTextAsync("Live");
    }

    [Fact]
    public async Task LivePage_OfWhatStrangersWrote_ShowsItAsText()
    {
        const string hostile = "<img src=x onerror=document.title='owned'>";
        await using var scene = await ConsoleScene.OpenAloneAsync(chromium);
        var tab = await scene.SignInAsync("/console/live");
        await Expect(tab.Page.Locator("#stream-state")).ToHaveTextAsync("Live");

        var body = new JsonObject { ["productId"] = hostile, ["deviceId"] = hostile }.ToJsonString();
        await scene.Api.SendAsync(HttpMethod.Post, "/v1/client/connect", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        var row = tab.Page.Locator("#events tr[data-kind=CallRefused]");
        await Expect(row).ToContainTextAsync(hostile);
        await Expect(tab.Page.Locator("main img")).ToHaveCountAsync(0);
        await tab.Page.ReloadAsync();
        await Expect(row).ToContainTextAsync(hostile);
        await Expect(tab.Page.Locator("main img")).ToHaveCountAsync(0);
        (await tab.Page.TitleAsync()).ShouldNotContain("owned");
    }

    [Theory]
    [InlineData("/console/live")]
    [InlineData(null)]
    public async Task Page_WhoseSessionEnds_SaysSo(string? path)
    {
        await using var scene = await ConsoleScene.OpenAsync(chromium);
        using var key = new SigningKey();
        var device = await scene.Api.CreateDeviceAsync(await scene.Api.CreateProductAsync(), key);
        var visitors = (await scene.Api.ManageAsync(HttpMethod.Post, "/v1/apikeys", new JsonObject { ["scopes"] = new JsonArray("read") }))
            .Require(System.Net.HttpStatusCode.OK);
        var tab = await scene.SignInAsync(path ?? InspectPath(device), visitors["key"]!.GetValue<string>());
        await Expect(tab.Page.Locator("#stream-state")).ToHaveTextAsync("Live");
        tab.ExpectComplaint("401");

        await scene.Api.ManageAsync(HttpMethod.Delete, $"/v1/apikeys/{visitors["apiKey"]!["id"]!.GetValue<string>()}");

        await Expect(tab.Page.Locator("#stream-state")).ToHaveAttributeAsync("data-state", "signed-out");
        await Expect(tab.Page.Locator("#stream-state")).ToContainTextAsync("You are signed out");
    }

    private static string InspectPath(DeviceAddress device) => $"/console/products/{device.Product}/devices/{device.Device}/inspect";

    private static string Data(int seq, JsonObject message) =>
        new JsonObject { ["type"] = "DATA", ["seq"] = seq, ["data"] = new JsonObject { ["type"] = "NONE", ["message"] = message } }.ToJsonString();

    private static DeviceAddress DeviceOf(string viewerLink)
    {
        var parameters = System.Web.HttpUtility.ParseQueryString(new Uri(viewerLink).Fragment.TrimStart('#'));
        return new(ProductId.Parse(parameters["product"]!), DeviceId.Parse(parameters["device"]!));
    }

    private static async Task<(Tab Camera, string ViewerLink)> StartCameraAsync(ConsoleScene scene)
    {
        var camera = await scene.SignInAsync("/console/try");
        await camera.Page.CheckAsync("input[name=access][value=secret]");
        await camera.Page.ClickAsync("#start-camera");
        await camera.ExpectStatusAsync("live");
        return (camera, (await camera.Page.GetAttributeAsync("#viewer-link", "href"))!);
    }

    /// <summary>Keeps what the page's streams of events bring.</summary>
    private static Func<Task<string[]>> ReadStream(IPage page)
    {
        var script = """
            const Source = window.EventSource;
            window.streamed = [];
            window.EventSource = class extends Source {
              addEventListener(name, handler) {
                super.addEventListener(name, (event) => { window.streamed.push(String(event.data)); handler(event); });
              }
            };
            """;
        page.AddInitScriptAsync(script).GetAwaiter().GetResult();
        return () => page.EvaluateAsync<string[]>("window.streamed");
    }

    [GeneratedRegex(@"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", RegexOptions.None, 1000)]
    private static partial Regex Address();
}
