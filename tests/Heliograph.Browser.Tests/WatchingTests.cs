namespace Heliograph.Browser.Tests;

/// <summary>From the console's page to a moving picture.</summary>
public sealed class WatchingTests(Chromium chromium)
{
    [Theory]
    [InlineData("secret")]
    [InlineData("token")]
    [InlineData("open")]
    public async Task Viewer_OfACamera_SeesThePictureMove(string access)
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync(access);

        var viewer = await scene.OpenViewerAsync(camera);

        await viewer.ExpectMovingPictureAsync();
        await viewer.ExpectStatusAsync("live");
        foreach (var tab in (Tab[])[camera, viewer])
        {
            await tab.ExpectLayerAsync("http", "ok");
            await tab.ExpectLayerAsync("signaling", "connected");
            await tab.ExpectLayerAsync("channel", "connected");
            await tab.ExpectLayerAsync("setup", "done");
            await tab.ExpectLayerAsync("peer", "connected");
        }

        await Expect(camera.Status).ToContainTextAsync("one viewer");
    }

    [Fact]
    public async Task Setup_OfAPicture_WentThroughTheService()
    {
        await using var scene = await Scene.OpenAloneAsync(chromium);
        var camera = await scene.StartCameraAsync();
        (await scene.MetricAsync("heliograph_messages_relayed_total")).ShouldBe(0);

        var viewer = await scene.OpenViewerAsync(camera);
        await viewer.ExpectMovingPictureAsync();

        await Expect(viewer.Trace("webrtc", "SETUP_REQUEST", "out")).ToHaveCountAsync(1);
        await Expect(viewer.Trace("webrtc", "SETUP_RESPONSE", "in")).ToHaveCountAsync(1);
        foreach (var (tab, other) in ((Tab, Tab)[])[(camera, viewer), (viewer, camera)])
        {
            await Expect(tab.Trace("webrtc", "DESCRIPTION", "out").First).ToBeVisibleAsync();
            await Expect(tab.Trace("webrtc", "CANDIDATE", "out").First).ToBeVisibleAsync();
            // All that one has sent the other has got.
            foreach (var type in (string[])["DESCRIPTION", "CANDIDATE"])
                await Expect(other.Trace("webrtc", type, "in")).ToHaveCountAsync(await tab.Trace("webrtc", type, "out").CountAsync());
        }

        (await scene.MetricAsync("heliograph_messages_relayed_total")).ShouldBeGreaterThanOrEqualTo(2 + 2 + 2);
    }

    [Fact]
    public async Task SecondViewer_OfACamera_SeesThePictureToo()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync();

        var first = await scene.OpenViewerAsync(camera);
        var second = await scene.OpenViewerAsync(camera);

        await first.ExpectMovingPictureAsync();
        await second.ExpectMovingPictureAsync();
        await Expect(camera.Status).ToContainTextAsync("2 viewers");
    }

    [Fact]
    public async Task Form_FilledInByHand_OpensAViewer()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync();
        var link = new Uri((await camera.Page.GetAttributeAsync("#viewer-link", "href"))!);
        var parameters = System.Web.HttpUtility.ParseQueryString(link.Fragment.TrimStart('#'));

        var viewer = await scene.OpenTabAsync(scene.Service.BaseUrl + "/try");
        await viewer.Page.FillAsync("#product-id", parameters["product"]!.ToUpperInvariant());
        await viewer.Page.FillAsync("#device-id", parameters["device"]!);
        await viewer.Page.FillAsync("#shared-secret", parameters["secret"]!);
        await viewer.Page.ClickAsync("#start-viewer");

        await viewer.ExpectMovingPictureAsync();
    }

    [Fact]
    public async Task AddressBar_OfEitherTab_KeepsNoSecret()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync();
        var viewer = await scene.OpenViewerAsync(camera);
        await viewer.ExpectStatusAsync("live");

        camera.Page.Url.ShouldStartWith(scene.Service.BaseUrl + "/console/try?product=wp-");
        camera.Page.Url.ShouldNotContain((await camera.Page.InputValueAsync("#camera-secret")));
        viewer.Page.Url.ShouldStartWith(scene.Service.BaseUrl + "/try#view&product=wp-");
        viewer.Page.Url.ShouldNotContain("secret=");
    }
}
