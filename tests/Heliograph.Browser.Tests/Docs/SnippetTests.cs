using Heliograph.Browser.Tests.Element;
using Heliograph.Docs.Tests;
using Heliograph.Protocol;

namespace Heliograph.Browser.Tests.Docs;

/// <summary>The pages within docs/sdk-browser.md and the package's README, word for word but for addresses and IDs.</summary>
public sealed class SnippetTests(Chromium chromium)
{
    private const string ProductId = "wp-39wu7tex";
    private const string DeviceId = "wd-0123456789abcdef";

    private static readonly string[] Pages = ["docs/sdk-browser.md", "packages/heliograph-js/README.md"];

    /// <summary>All HTML but the camera's.</summary>
    public static TheoryData<string, string> Viewers
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var page in Pages)
            {
                foreach (var name in Markdown.Files(Repository.Read(page)).Keys.Where(name => name.EndsWith(".html", StringComparison.Ordinal) && name != "camera.html"))
                    data.Add(page, name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Viewers))]
    public async Task Viewer_OfAPage_ShowsTheCamera(string page, string name)
    {
        await using var scene = await Scene.OpenAsync(chromium, name: $"Viewer_{Path.GetFileName(page)}_{name}");
        using var camera = await ModuleCamera.CreateAsync(scene);
        await camera.StartAsync(isOpen: name == "token.html");
        await scene.ServePageAsync("shop", $$"""{"token":"{{camera.CreateClientToken()}}"}""", path: $"/cameras/{camera.Address.Device}/token");

        var viewer = new ElementPage(await scene.OpenTabAsync(await scene.ServePageAsync("shop", PageOf(scene, page, name, camera.Address))));

        await viewer.ExpectMovingPictureAsync("heliograph-camera, video");
        if (name == "call.html")
            await Expect(viewer.Page.Locator("p")).ToHaveTextAsync("CONNECTED");
    }

    [Fact]
    public async Task Camera_OfThePage_IsSeenOnceItsKeyIsRegistered()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var api = scene.CreateApiClient();
        using var productKey = new SigningKey();
        var product = await api.CreateProductAsync();
        await api.AddProductKeyAsync(product, productKey);
        var created = await api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{product}/devices", new System.Text.Json.Nodes.JsonObject());
        var address = new DeviceAddress(product, Protocol.DeviceId.Parse(created.Json["deviceId"]!.GetValue<string>()));
        // There is no camera here, nor a person who would allow it.
        const string FakeCamera =
            """
            <script>
              const canvas = document.createElement('canvas');
              const context = canvas.getContext('2d');
              let frame = 0;
              setInterval(() => { context.fillStyle = frame++ % 4 < 2 ? '#fff' : '#000'; context.fillRect(0, 0, 320, 180); }, 100);
              navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
            </script>
            """;
        var url = await scene.ServePageAsync("camera", FakeCamera + PageOf(scene, Pages[0], "camera.html", address));
        var camera = await scene.OpenTabAsync("about:blank");
        camera.ExpectComplaint("401");
        await camera.Page.GotoAsync(url);
        await Expect(camera.Page.Locator("pre")).ToContainTextAsync("END PUBLIC KEY");
        var publicKey = await camera.Page.TextContentAsync("pre");
        await api.ManageAsync(
            HttpMethod.Post, $"/v1/webrtc/products/{address.Product}/devices/{address.Device}/publickeys",
            new System.Text.Json.Nodes.JsonObject { ["publicKey"] = publicKey });

        var viewer = await ElementPage.OpenAsync(
            scene,
            $"""
            <script type="module" src="{scene.Service.BaseUrl}/sdk/heliograph.js"></script>
            <heliograph-camera product="{address.Product}" device="{address.Device}" token="{productKey.ClientToken(address)}"></heliograph-camera>
            """);

        await viewer.ExpectLiveAsync();
    }

    private static string PageOf(Scene scene, string page, string name, DeviceAddress address) =>
        $$$"""
        <!doctype html><html lang="en"><title>{{{name}}}</title><link rel="icon" href="data:,">
        <script type="importmap">{"imports":{"heliograph-js":"{{{scene.Service.BaseUrl}}}/sdk/index.js"}}</script>

        """
        + Markdown.Files(Repository.Read(page))[name]
            .Replace("http://localhost:8080", scene.Service.BaseUrl)
            .Replace("https://cameras.example.com", scene.Service.BaseUrl)
            .Replace(ProductId, address.Product.Value)
            .Replace(DeviceId, address.Device.Value);
}
