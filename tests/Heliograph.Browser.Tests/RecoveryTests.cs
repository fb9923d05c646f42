namespace Heliograph.Browser.Tests;

/// <summary>What happens to the picture when a part goes away, and that it comes back with the part.</summary>
public sealed class RecoveryTests(Chromium chromium)
{
    [Fact]
    public async Task Camera_Killed_ViewerSaysOfflineUntilItIsOpenedAgain()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync();
        var viewer = await scene.OpenViewerAsync(camera);
        await viewer.ExpectMovingPictureAsync();

        await camera.KillAsync();
        await viewer.ExpectStatusAsync("offline");
        await Expect(viewer.Status).ToContainTextAsync("offline");

        var again = await scene.OpenTryAsync();
        await again.Page.ClickAsync("#resume-camera");
        await viewer.ExpectStatusAsync("live");
        await viewer.ExpectMovingPictureAsync();
    }

    [Fact]
    public async Task Camera_Closed_ViewerSaysOffline()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync();
        var viewer = await scene.OpenViewerAsync(camera);
        await viewer.ExpectMovingPictureAsync();

        await camera.Page.CloseAsync();

        await viewer.ExpectStatusAsync("offline");
    }

    [Fact]
    public async Task Camera_Reloaded_PictureComesBack()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync();
        var viewer = await scene.OpenViewerAsync(camera);
        await viewer.ExpectMovingPictureAsync();

        await camera.Page.ReloadAsync();

        await Expect(camera.Status).ToContainTextAsync("one viewer");
        await viewer.ExpectStatusAsync("live");
        await viewer.ExpectMovingPictureAsync();
    }

    [Fact]
    public async Task Viewer_Reloaded_PictureComesBack()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync();
        var viewer = await scene.OpenViewerAsync(camera);
        await viewer.ExpectMovingPictureAsync();

        await viewer.Page.ReloadAsync();

        await viewer.ExpectMovingPictureAsync();
        await Expect(camera.Status).ToContainTextAsync("one viewer");
    }

    [Fact]
    public async Task Service_KilledAndRestarted_BothFindBackToIt()
    {
        await using var scene = await Scene.OpenAloneAsync(chromium);
        var camera = await scene.StartCameraAsync();
        var viewer = await scene.OpenViewerAsync(camera);
        await viewer.ExpectMovingPictureAsync();
        foreach (var tab in (Tab[])[camera, viewer])
        {
            tab.ExpectComplaint("ERR_CONNECTION_REFUSED");
            tab.ExpectComplaint("WebSocket connection to");
        }

        await scene.KillServiceAsync();
        await Expect(viewer.Page.Locator("[data-layer=signaling]")).Not.ToHaveAttributeAsync("data-state", "connected");
        await Expect(camera.Page.Locator("[data-layer=signaling]")).Not.ToHaveAttributeAsync("data-state", "connected");
        // What the peers have between them does not need the service.
        await viewer.ExpectMovingPictureAsync();
        await scene.RestartServiceAsync();

        await camera.ExpectLayerAsync("signaling", "connected");
        await viewer.ExpectLayerAsync("signaling", "connected");
        await viewer.ExpectStatusAsync("live");
        await viewer.ExpectMovingPictureAsync();
        var late = await scene.OpenViewerAsync(camera);
        await late.ExpectMovingPictureAsync();
    }
}
