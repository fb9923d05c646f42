namespace Heliograph.Browser.Tests;

/// <summary>What the pages say when they are not let in.</summary>
public sealed class RefusalTests(Chromium chromium)
{
    [Fact]
    public async Task Viewer_WithAWrongSharedSecret_SaysSoAndSoDoesTheCamera()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync();
        var link = (await camera.Page.GetAttributeAsync("#viewer-link", "href"))!;

        var viewer = await scene.OpenTabAsync(link + "x");

        await Expect(viewer.Error).ToContainTextAsync("shared secret");
        await viewer.ExpectStatusAsync("error");
        await Expect(camera.Error).ToContainTextAsync("A viewer was turned away");
        var right = await scene.OpenTabAsync(link);
        await right.ExpectMovingPictureAsync();
    }

    [Fact]
    public async Task Viewer_WithoutTheTokenThatTheCameraWants_SaysSo()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync("token");
        var link = (await camera.Page.GetAttributeAsync("#viewer-link", "href"))!;

        var viewer = await scene.OpenTabAsync(link[..link.IndexOf("&token=", StringComparison.Ordinal)]);

        await Expect(viewer.Error).ToContainTextAsync("client token");
        await viewer.ExpectStatusAsync("error");
    }

    [Fact]
    public async Task Viewer_OfADeviceThatIsNone_SaysSo()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync();
        var link = (await camera.Page.GetAttributeAsync("#viewer-link", "href"))!;
        var at = link.IndexOf("wd-", StringComparison.Ordinal);

        var viewer = await scene.OpenTabAsync("about:blank");
        viewer.ExpectComplaint("404");
        await viewer.Page.GotoAsync($"{link[..at]}wd-{new string('0', 16)}{link[(at + 19)..]}");

        await Expect(viewer.Error).ToContainTextAsync("knows no device with this ID");
    }

    [Fact]
    public async Task Viewer_OfACameraThatIsAway_SaysOfflineAndGoesLiveWithIt()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync();
        var link = (await camera.Page.GetAttributeAsync("#viewer-link", "href"))!;
        await camera.Page.CloseAsync();

        var viewer = await scene.OpenTabAsync(link);
        await viewer.ExpectStatusAsync("offline");
        var again = await scene.OpenTryAsync();
        await again.Page.ClickAsync("#resume-camera");

        await viewer.ExpectMovingPictureAsync();
    }
}
