namespace Heliograph.Browser.Tests.Element;

/// <summary>What the element takes and shows, on a page of another origin under a strict policy.</summary>
public sealed class PlayingTests(Chromium chromium)
{
    [Fact]
    public async Task Element_OneLineOfHtml_PlaysTheCamera()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);
        var cameraTab = await camera.StartAsync();

        var page = await ElementPage.OpenAsync(scene, ElementPage.Line(scene, camera));

        await page.ExpectLiveAsync();
        await Expect(cameraTab.Status).ToHaveTextAsync("Viewers: 1");
        await Expect(page.Page.Locator("heliograph-camera")).ToHaveAttributeAsync("state", "connected");
        await Expect(page.TryAgain).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Element_TokenFunction_PlaysWithoutASecret()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);
        await camera.StartAsync(isOpen: true);
        var page = await ElementPage.OpenAsync(scene, $"<script type=\"module\" src=\"{scene.Service.BaseUrl}/sdk/heliograph.js\"></script><main></main>");
        await page.Page.ExposeFunctionAsync("getToken", camera.CreateClientToken);

        // As frameworks do it: properties first, on an element that may not be known yet, then into the document.
        await page.Page.EvaluateAsync(
            """
            ([product, device]) => {
              const camera = document.createElement('heliograph-camera');
              Object.assign(camera, { product, device, token: () => getToken(), muted: true });
              document.querySelector('main').append(camera);
            }
            """,
            new[] { camera.Address.Product.Value, camera.Address.Device.Value });

        await page.ExpectLiveAsync();
        (await page.Page.EvaluateAsync<bool>("document.querySelector('heliograph-camera').video.muted")).ShouldBeTrue();
    }

    [Fact]
    public async Task Element_Twice_BothPlayAndEndWhenRemoved()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);
        var cameraTab = await camera.StartAsync();
        var line = ElementPage.Line(scene, camera);
        var page = await ElementPage.OpenAsync(scene, line + line.Replace("<heliograph-camera", "<heliograph-camera id=\"second\""));
        await page.ExpectLiveAsync();
        await page.ExpectMovingPictureAsync("#second");
        await Expect(cameraTab.Status).ToHaveTextAsync("Viewers: 2");

        await page.Page.EvaluateAsync("() => { window.gone = document.querySelector('#second'); gone.remove(); }");

        await Expect(cameraTab.Status).ToHaveTextAsync("Viewers: 1");
        (await page.Page.EvaluateAsync<string>("[gone.state, gone.getAttribute('state'), String(gone.session), String(gone.video.srcObject)].join()"))
            .ShouldBe("CLOSED,closed,null,null");
        await page.ExpectMovingPictureAsync();

        // Moved within the document, it goes on as it was.
        await page.Page.EvaluateAsync("() => { window.before = document.querySelector('heliograph-camera').session; document.body.append(document.querySelector('heliograph-camera')); }");
        await page.ExpectMovingPictureAsync();
        (await page.Page.EvaluateAsync<bool>("before === document.querySelector('heliograph-camera').session")).ShouldBeTrue();

        await page.Page.EvaluateAsync("document.body.append(gone)");
        await page.ExpectMovingPictureAsync("#second");
    }

    [Fact]
    public async Task Element_WrongSecret_SaysSoAndCanTryAgainByKeyboard()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);
        await camera.StartAsync();
        var page = await ElementPage.OpenAsync(scene, ElementPage.Line(scene, camera, "secret=\"wrong\""));

        await Expect(page.Status).ToContainTextAsync("do not share the same secret");
        await Expect(page.Page.Locator("heliograph-camera")).ToHaveAttributeAsync("state", "failed");
        await page.Page.EvaluateAsync(
            """
            () => {
              const camera = document.querySelector('heliograph-camera');
              window.told = [];
              const button = camera.shadowRoot.querySelector('button');
              camera.addEventListener('statechange', (event) => told.push([event.type, event.detail, camera.state, button.hidden]));
            }
            """);
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(page.TryAgain).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        // In the page itself: what is there for a moment, nobody who asks from outside need see.
        await Eventually.HoldsAsync("it tries again without the button, and fails again", () => page.Page.EvaluateAsync<bool>(
            """
            () => {
              const tries = told.findIndex(([, , state, isHidden]) => state !== 'FAILED' && isHidden);
              return tries >= 0 && told.slice(tries).some(([, , state, isHidden]) => state === 'FAILED' && !isHidden);
            }
            """));
        await Expect(page.TryAgain).ToBeVisibleAsync();

        await page.Page.EvaluateAsync("(secret) => { document.querySelector('heliograph-camera').secret = secret; }", ModuleCamera.Secret);
        await page.ExpectLiveAsync();
        // A property does not show in the document, nor in what the element tells.
        (await page.Page.EvaluateAsync<string>("document.documentElement.outerHTML + JSON.stringify(told)")).ShouldNotContain(ModuleCamera.Secret);
    }

    [Fact]
    public async Task Element_OfADeviceThatIsNone_ShowsTheServicesAnswer()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);

        var page = await ElementPage.OpenAsync(scene, ElementPage.Line(scene, camera).Replace(camera.Address.Device.Value, "wd-0000000000000000"));
        page.Tab.ExpectComplaint("404");

        await Expect(page.TryAgain).ToBeVisibleAsync();
        (await page.Page.EvaluateAsync<string>("document.querySelector('heliograph-camera').error.code")).ShouldBe("DEVICE_ID_NOT_FOUND");
    }

    [Fact]
    public async Task Element_WithoutADevice_SaysWhatIsMissing()
    {
        await using var scene = await Scene.OpenAsync(chromium);

        var page = await ElementPage.OpenAsync(
            scene, $"<script type=\"module\" src=\"{scene.Service.BaseUrl}/sdk/heliograph.js\"></script><heliograph-camera></heliograph-camera>");

        await Expect(page.Status).ToContainTextAsync("deviceId");
    }

    [Fact]
    public async Task Element_NotAllowedToPlayAloud_PlaysMuted()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);
        await camera.StartAsync();
        var page = await ElementPage.OpenAsync(scene, "<main></main>");
        // As Chromium does with sound on a page where nobody has clicked yet.
        await page.Page.EvaluateAsync(
            """
            () => {
              const { play } = HTMLMediaElement.prototype;
              HTMLMediaElement.prototype.play = function () {
                return this.muted ? play.call(this) : Promise.reject(new DOMException('no', 'NotAllowedError'));
              };
            }
            """);

        await page.AddAsync(scene, camera);

        await page.ExpectLiveAsync();
        (await page.Page.EvaluateAsync<bool>("document.querySelector('heliograph-camera').muted")).ShouldBeTrue();
    }

    [Fact]
    public async Task Element_PictureThroughATurnServer_SaysRelayed()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var camera = await ModuleCamera.CreateAsync(scene);
        await camera.StartAsync();
        var page = await ElementPage.OpenAsync(scene, $"<script type=\"module\" src=\"{scene.Service.BaseUrl}/sdk/heliograph.js\"></script><main></main>");
        // The browser's word for a candidate of a TURN server; that such a picture arrives is for the tests of ICE.
        await page.Page.EvaluateAsync(
            """
            ([product, device, secret]) => {
              const { getStats } = RTCPeerConnection.prototype;
              RTCPeerConnection.prototype.getStats = async function () {
                const stats = await getStats.call(this);
                return new Map([...stats].map(([id, entry]) => [id, entry.candidateType ? { ...entry, candidateType: 'relay' } : entry]));
              };
              document.querySelector('main').append(Object.assign(document.createElement('heliograph-camera'), { product, device, secret }));
            }
            """,
            new[] { camera.Address.Product.Value, camera.Address.Device.Value, ModuleCamera.Secret });

        await page.ExpectStatusAsync("Live, relayed");
    }
}
