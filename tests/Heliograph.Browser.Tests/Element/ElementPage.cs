namespace Heliograph.Browser.Tests.Element;

/// <summary>A page of a vendor, of another origin than the service, with elements in it.</summary>
internal sealed class ElementPage(Tab tab)
{
    /// <summary>Draws the video again and again until it has seen it change from bright to dark and back a few times.</summary>
    private const string FlickerScript =
        """
        async ([selector, patience]) => {
          const until = Date.now() + patience;
          const find = () => { const found = document.querySelector(selector); return found?.video ?? found; };
          const context = Object.assign(document.createElement('canvas'), { width: 32, height: 18 }).getContext('2d', { willReadFrequently: true });
          let changes = 0, before;
          while (changes < 6) {
            const video = find();
            if (Date.now() > until) {
              throw new Error(`No moving picture: ${JSON.stringify({ changes, paused: video?.paused, width: video?.videoWidth, time: video?.currentTime })}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 40));
            if (!video?.videoWidth) {
              continue;
            }
            context.drawImage(video, 0, 0, 32, 18);
            const isBright = context.getImageData(16, 9, 1, 1).data[0] > 128;
            changes += before !== undefined && isBright !== before ? 1 : 0;
            before = isBright;
          }
        }
        """;

    public Tab Tab { get; } = tab;

    public IPage Page => Tab.Page;

    /// <summary>What the first element says, for people and for screen readers.</summary>
    public ILocator Status => Page.Locator("heliograph-camera").First.GetByRole(AriaRole.Status);

    public ILocator TryAgain => Page.GetByRole(AriaRole.Button, new() { Name = "Try again" });

    /// <summary>What a page allows that allows the least the element needs.</summary>
    public static string StrictPolicy(Scene scene) =>
        $"default-src 'none'; script-src {scene.Service.BaseUrl}; connect-src {scene.Service.BaseUrl} {scene.Service.BaseUrl.Replace("http", "ws")}; "
        + "img-src data:; require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'";

    /// <summary>Opens a page with this body, under the strictest policy.</summary>
    public static async Task<ElementPage> OpenAsync(Scene scene, string body)
    {
        var html = $"<!doctype html><html lang=\"en\"><title>Shop</title><link rel=\"icon\" href=\"data:,\">{body}";
        return new(await scene.OpenTabAsync(await scene.ServePageAsync("shop", html, StrictPolicy(scene))));
    }

    /// <summary>The line that the documentation has.</summary>
    public static string Line(Scene scene, ModuleCamera camera, string more = $"secret=\"{ModuleCamera.Secret}\"") =>
        $"""
        <script type="module" src="{scene.Service.BaseUrl}/sdk/heliograph.js"></script>
        <heliograph-camera product="{camera.Address.Product}" device="{camera.Address.Device}" {more}></heliograph-camera>
        """;

    /// <summary>Loads the module and adds an element, into a page that has neither.</summary>
    public Task AddAsync(Scene scene, ModuleCamera camera) => Page.EvaluateAsync(
        """
        async ([module, product, device, secret]) => {
          await import(module);
          document.body.append(Object.assign(document.createElement('heliograph-camera'), { product, device, secret }));
        }
        """,
        new[] { $"{scene.Service.BaseUrl}/sdk/heliograph.js", camera.Address.Product.Value, camera.Address.Device.Value, ModuleCamera.Secret });

    public Task ExpectStatusAsync(string text) => Expect(Status).ToHaveTextAsync(text);

    /// <summary>Waits for a moving picture.</summary>
    /// <param name="selector">Of an element, or of a video.</param>
    public Task ExpectMovingPictureAsync(string selector = "heliograph-camera") =>
        Page.EvaluateAsync(FlickerScript, new object[] { selector, Tab.Patience.TotalMilliseconds });

    /// <summary>Waits until the picture moves, and the element says so.</summary>
    public async Task ExpectLiveAsync()
    {
        await ExpectStatusAsync("Live, direct");
        await ExpectMovingPictureAsync();
    }
}
