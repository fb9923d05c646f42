using Heliograph.Browser.Tests.Console;
using Heliograph.Protocol;

namespace Heliograph.Browser.Tests.Cluster;

/// <summary>A camera on one node, its viewer on another, and somebody who looks at the console of either.</summary>
public sealed class AcrossNodesTests(Chromium chromium, TwoNodes nodes) : IClassFixture<TwoNodes>
{
    private const string AcrossNodes = "heliograph_messages_relayed_remote_total";

    private readonly TestCluster _cluster = nodes.Cluster;

    [Fact]
    public async Task Viewer_OfACameraOnAnotherNode_SeesThePictureMoveAndEachNodesConsoleTellsOfBoth()
    {
        await using var scene = ConsoleScene.Of(chromium, _cluster);
        var acrossBefore = await _cluster[1].CountAsync(AcrossNodes);
        var camera = await scene.SignInAsync("/console/try");
        await camera.Page.ClickAsync("#start-camera");
        await camera.ExpectStatusAsync("live");
        var link = (await camera.Page.GetAttributeAsync("#viewer-link", "href"))!;
        var inspector = await scene.OpenAsync(await camera.Page.GetAttributeAsync("#device-page", "href") + "/inspect", camera.Page.Context);
        await Expect(inspector.Page.Locator("#nodes")).ToHaveTextAsync("All 2 nodes are followed.");
        await Expect(inspector.Page.Locator("#device-state")).ToContainTextAsync("online since");

        var viewer = await scene.OpenAsync(link.Replace(_cluster[0].BaseUrl, _cluster[1].BaseUrl, StringComparison.Ordinal), camera.Page.Context);

        viewer.Page.Url.ShouldStartWith(_cluster[1].BaseUrl + "/try");
        await viewer.ExpectMovingPictureAsync();
        await Expect(camera.Status).ToContainTextAsync("one viewer");
        (await _cluster[1].CountAsync(AcrossNodes)).ShouldBeGreaterThan(acrossBefore);

        await Expect(inspector.Page.Locator("#device-state")).ToContainTextAsync("on a");
        await Expect(inspector.Page.Locator("#channels li")).ToHaveCountAsync(1);
        await Expect(inspector.Page.Locator("#channels li")).ToContainTextAsync("on b");
        var story = inspector.Page.Locator("#story");
        await Expect(story.Locator("tr[data-kind=connected]")).ToContainTextAsync("on b");
        await Expect(story.Locator("tr[data-kind=offer]").First).ToBeVisibleAsync();
        await Expect(story.Locator("tr[data-kind=answer]").First).ToBeVisibleAsync();

        var page = (await scene.SignInAsync(_cluster[1].BaseUrl + "/console/nodes")).Page;
        await Expect(page.Locator("#nodes tr")).ToHaveCountAsync(2);
        await Expect(page.Locator("#nodes tr[data-node=b]")).ToContainTextAsync("this one");
        await Expect(Devices(page, "a")).ToHaveTextAsync("1");
        await Expect(Clients(page, "a")).ToHaveTextAsync("0");
        await Expect(Devices(page, "b")).ToHaveTextAsync("0");
        await Expect(Clients(page, "b")).ToHaveTextAsync("1");
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Page_OfPeersOnBothNodes_IsAccessibleAndFits(ColorScheme colours, int width)
    {
        var device = await _cluster.CreateDeviceAsync();
        await using var scene = ConsoleScene.Of(chromium, _cluster);
        var browser = await scene.NewBrowserAsync(new() { ColorScheme = colours, ViewportSize = new() { Width = width, Height = 844 } });
        var page = (await scene.SignInAsync(InspectPath(device), browser: browser)).Page;
        await Expect(page.Locator("#nodes")).ToHaveTextAsync("All 2 nodes are followed.");
        await using var camera = await _cluster[0].Api.OpenDeviceAsync(device, _cluster.Key);
        var (client, channel, _) = await _cluster[1].Api.OpenClientAsync(device);
        await using var _ = client;
        await client.SendMessageAsync(channel, """{"type":"DATA","seq":0,"data":{"type":"NONE","message":{"type":"SETUP_REQUEST"}}}""");
        await Expect(page.Locator("#story")).ToContainTextAsync("SETUP_REQUEST");
        var problems = new List<string>();

        await LookAsync("inspector");
        await VisitAsync("live", "/console/live", page.Locator("#events").GetByText("on b").First);
        await VisitAsync("nodes", "/console/nodes", page.Locator("#nodes tr[data-node=b]"));
        await VisitAsync("device", PathOf(device), page.GetByText("On node", new() { Exact = true }));

        problems.ShouldBeEmpty();

        async Task VisitAsync(string name, string path, ILocator whatItHas)
        {
            await page.GotoAsync(_cluster[0].BaseUrl + path);
            await Expect(whatItHas).ToBeVisibleAsync();
            await LookAsync(name);
        }

        async Task LookAsync(string name)
        {
            problems.AddRange(await PageRules.ProblemsAsync(page, name));
            await page.ScreenshotAsync(new() { Path = Screenshots.FileOf($"cluster/{colours}-{width}/{name}.png"), FullPage = true });
        }
    }

    [Fact]
    public async Task Page_OfAnyKind_IsShownFromPostgreSql()
    {
        var device = await _cluster.CreateDeviceAsync();
        await using var scene = ConsoleScene.Of(chromium, _cluster);
        var page = (await scene.SignInAsync()).Page;
        var tour = new Tour(scene, page);

        // A page that fails is a complaint of the tab.
        await tour.VisitAsync(async _ => await Expect(page.Locator("h1")).ToHaveCountAsync(1), "/console/products", InspectPath(device));

        tour.Pages.Keys.ShouldContain("nodes");
    }

    private static ILocator Devices(IPage page, string node) => page.Locator($"#nodes tr[data-node={node}] td.number").Nth(0);

    private static ILocator Clients(IPage page, string node) => page.Locator($"#nodes tr[data-node={node}] td.number").Nth(1);

    private static string PathOf(DeviceAddress device) => $"/console/products/{device.Product}/devices/{device.Device}";

    private static string InspectPath(DeviceAddress device) => $"{PathOf(device)}/inspect";
}
