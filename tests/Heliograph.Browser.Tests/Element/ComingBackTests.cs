namespace Heliograph.Browser.Tests.Element;

/// <summary>What the element says when a part goes away, and that the picture comes back with the part.</summary>
public sealed class ComingBackTests(Chromium chromium)
{
    [Fact]
    public async Task Camera_ComesAndGoesAndComes_ElementSaysSoAndPlays()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);
        var page = await ElementPage.OpenAsync(scene, ElementPage.Line(scene, camera));
        await page.ExpectStatusAsync("Camera offline");

        var first = await camera.StartAsync();
        await page.ExpectLiveAsync();

        await first.KillAsync();
        await page.ExpectStatusAsync("Camera offline");

        await camera.StartAsync();
        await page.ExpectLiveAsync();
    }

    [Fact]
    public async Task Camera_Reloaded_PictureComesBack()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);
        var cameraTab = await camera.StartAsync();
        var page = await ElementPage.OpenAsync(scene, ElementPage.Line(scene, camera));
        await page.ExpectLiveAsync();

        await cameraTab.Page.ReloadAsync();

        await Expect(cameraTab.Status).ToHaveTextAsync("Viewers: 1");
        await page.ExpectLiveAsync();
    }

    [Fact]
    public async Task Service_KilledAndRestarted_PictureStaysAndANewOneComes()
    {
        await using var scene = await Scene.OpenAloneAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);
        var cameraTab = await camera.StartAsync();
        var page = await ElementPage.OpenAsync(scene, ElementPage.Line(scene, camera));
        await page.ExpectLiveAsync();
        foreach (var tab in (Tab[])[cameraTab, page.Tab])
        {
            tab.ExpectComplaint("ERR_CONNECTION_REFUSED");
            tab.ExpectComplaint("WebSocket connection to");
        }

        await scene.KillServiceAsync();
        await Expect(cameraTab.Status).ToHaveTextAsync("Off");
        // What the peers have between them does not need the service.
        await page.ExpectLiveAsync();
        await page.Page.EvaluateAsync("document.querySelector('heliograph-camera').reconnect()");
        await page.ExpectStatusAsync("Reconnecting");

        await scene.RestartServiceAsync();
        await page.ExpectLiveAsync();
    }

    [Fact]
    public async Task PeerConnection_ClosedByTheCamera_IsMadeAnew()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);
        var cameraTab = await camera.StartAsync();
        var page = await ElementPage.OpenAsync(scene, ElementPage.Line(scene, camera));
        await page.ExpectLiveAsync();

        // It keeps its channel, and does not tell a thing.
        await cameraTab.Page.EvaluateAsync("peerConnections.at(-1).close()");

        await page.ExpectStatusAsync("Reconnecting");
        await page.ExpectLiveAsync();
        (await cameraTab.Page.EvaluateAsync<int>("peerConnections.length")).ShouldBe(2);
    }

    [Fact]
    public async Task Page_BackOnANetworkOrLookedAtAgain_AsksTheServiceForASignOfLife()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);
        await camera.StartAsync();
        var page = await ElementPage.OpenAsync(scene, "<main></main>");
        var pings = 0;
        page.Page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) => pings += frame.Text?.Contains("\"PING\"", StringComparison.Ordinal) == true ? 1 : 0;
        await page.AddAsync(scene, camera);
        await page.ExpectLiveAsync();
        pings.ShouldBe(0);

        await page.Page.EvaluateAsync("window.dispatchEvent(new Event('online'))");
        await Eventually.HoldsAsync("the service is asked", () => pings == 1);
        await page.Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await Eventually.HoldsAsync("the service is asked again", () => pings == 2);

        await page.ExpectLiveAsync();
    }
}
