using Heliograph.Sdk;

namespace Heliograph.Browser.Tests.Sdk;

/// <summary>
/// The page at one end and the .NET SDK at the other: the setup round trip, and descriptions and candidates that Chromium made, until a
/// picture moves.
/// </summary>
public sealed class SdkWithThePageTests(Chromium chromium)
{
    private const string Secret = "correct-horse-battery-staple";

    [Fact]
    public async Task Viewer_OfAnSdkDevice_SeesThePictureMove()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        using var api = scene.CreateApiClient();
        using var key = new SigningKey();
        var address = await api.CreateDeviceAsync(await api.CreateProductAsync(), key);
        using var tokens = new DeviceTokenGenerator(address.Product.Value, address.Device.Value, key.PrivatePem);
        await using var device = new SignalingDevice(new()
        {
            Endpoint = new(scene.Service.BaseUrl),
            ProductId = address.Product.Value,
            DeviceId = address.Device.Value,
            Tokens = tokens,
        });
        using var end = new CancellationTokenSource();
        var serving = device.RunAsync((channel, cancellationToken) => ServePictureAsync(scene, device, channel, cancellationToken), end.Token);
        await device.ConnectAsync().WaitAsync(Tab.Patience);

        var viewer = await scene.OpenTabAsync($"{scene.Service.BaseUrl}/try#view&product={address.Product}&device={address.Device}&secret={Secret}");

        await viewer.ExpectMovingPictureAsync();
        await viewer.ExpectStatusAsync("live");
        await Expect(viewer.Trace("webrtc", "SETUP_RESPONSE", "in")).ToHaveCountAsync(1);
        await Expect(viewer.Trace("webrtc", "DESCRIPTION", "in").First).ToBeVisibleAsync();
        await Expect(viewer.Trace("webrtc", "CANDIDATE", "in").First).ToBeVisibleAsync();
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(serving);
    }

    [Fact]
    public async Task SdkClient_OfACameraOnThePage_SeesThePictureMove()
    {
        await using var scene = await Scene.OpenAsync(chromium);
        var camera = await scene.StartCameraAsync();
        var link = new Uri((await camera.Page.GetAttributeAsync("#viewer-link", "href"))!);
        var parameters = System.Web.HttpUtility.ParseQueryString(link.Fragment.TrimStart('#'));
        await using var client = new SignalingClient(new()
        {
            Endpoint = new(scene.Service.BaseUrl),
            ProductId = parameters["product"]!,
            DeviceId = parameters["device"]!,
            RequireOnline = true,
        });
        await client.ConnectAsync().WaitAsync(Tab.Patience);
        var transport = MessageTransport.ForClient(client, MessageSecurity.SharedSecret(parameters["secret"]!));
        var iceServers = await transport.WaitForSetupAsync().WaitAsync(Tab.Patience);
        await using var peerConnection = await BrowserPeerConnection.OpenAsync(scene, iceServers);
        using var negotiation = new PerfectNegotiation(peerConnection, transport, isPolite: false);
        using var end = new CancellationTokenSource();
        var negotiating = negotiation.RunAsync(end.Token);

        await peerConnection.Tab.ExpectMovingPictureAsync();

        await Expect(camera.Status).ToContainTextAsync("one viewer");
        await Expect(camera.Trace("webrtc", "DESCRIPTION", "in").First).ToBeVisibleAsync();
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(negotiating);
    }

    private static async Task ServePictureAsync(Scene scene, SignalingDevice device, SignalingChannel channel, CancellationToken cancellationToken)
    {
        var transport = MessageTransport.ForDevice(device, channel, MessageSecurity.SharedSecret(Secret));
        var iceServers = await transport.WaitForSetupAsync(cancellationToken);
        await using var peerConnection = await BrowserPeerConnection.OpenAsync(scene, iceServers);
        using var negotiation = new PerfectNegotiation(peerConnection, transport, isPolite: true);
        await peerConnection.SendPictureAsync();
        await negotiation.RunAsync(cancellationToken);
    }
}
