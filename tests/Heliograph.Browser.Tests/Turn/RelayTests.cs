using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Browser.Tests.Turn;

/// <summary>The picture through coturn, with credentials that the service gave, where nothing but relaying is allowed.</summary>
public sealed class RelayTests(Chromium chromium) : IAsyncLifetime
{
    private const string Secret = "what coturn and the service share", SharedSecret = "what the camera and its viewers share";
    private const string StatisticsPassword = "of-coturn-and-the-reporter";
    private const int WrongCredentials = 401;

    private readonly int _statisticsPort = Ports.Free(1)[0];
    private readonly TempFolder _folder = new();
    private readonly SigningKey _deviceKey = new(), _productKey = new();
    private Coturn _coturn = null!;
    private Scene _scene = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        // It tries again and again where nobody listens there, and relays meanwhile.
        _coturn = await Coturn.StartAsync(_folder, [Secret], $"redis-statsdb=\"ip=127.0.0.1 port={_statisticsPort} password={StatisticsPassword}\"");
        _scene = await OpenSceneAsync(_coturn.UdpUrl);
    }

    public async ValueTask DisposeAsync()
    {
        await _scene.DisposeAsync();
        await _coturn.DisposeAsync();
        _folder.Dispose();
        _deviceKey.Dispose();
        _productKey.Dispose();
    }

    [Fact]
    public async Task SharedSecretClient_WithWhatTheSetupBrought_SeesThePicture()
    {
        var camera = await OpenCameraAsync(SharedSecret);

        var viewer = await RelayedPeer.OpenViewerAsync(_scene, _device, secret: SharedSecret);

        await viewer.Tab.ExpectMovingPictureAsync();
        (await viewer.RouteAsync()).ShouldBe("relay relay udp");
        (await camera.RouteAsync()).ShouldBe("relay relay udp");
        // Both have what the device asked for: they are the very same.
        (await viewer.IceServersAsync()).Single(x => x.Credential is not null).Credential
            .ShouldBe((await camera.IceServersAsync()).Single(x => x.Credential is not null).Credential);
    }

    [Fact]
    public async Task AuthorizedClient_WithCredentialsOfItsOwn_SeesThePicture()
    {
        await OpenCameraAsync(secret: null);

        var viewer = await RelayedPeer.OpenViewerAsync(_scene, _device, _productKey.ClientToken(_device));

        await viewer.Tab.ExpectMovingPictureAsync();
        (await viewer.RouteAsync()).ShouldBe("relay relay udp");
    }

    [Fact]
    public async Task Peers_WhereUdpIsBlocked_SeeThePictureOverTcp()
    {
        await using var scene = await OpenSceneAsync(_coturn.TcpUrl);
        await RelayedPeer.OpenCameraAsync(scene, _device, _deviceKey.DeviceToken(_device), SharedSecret);

        var viewer = await RelayedPeer.OpenViewerAsync(scene, _device, secret: SharedSecret);

        await viewer.Tab.ExpectMovingPictureAsync();
        (await viewer.RouteAsync()).ShouldBe("relay relay tcp");
    }

    [Fact]
    public async Task Picture_ThatWasRelayed_IsCountedForItsDevice()
    {
        using var api = _scene.CreateApiClient();
        var key = await api.ManageAsync(HttpMethod.Post, "/v1/apikeys", new JsonObject { ["scopes"] = new JsonArray("report") });
        await using var reporter = HeliographProcess.Start(
        [
            "turn", "report", "--url", _scene.Service.BaseUrl, "--api-key-file", _folder.Write("key", key.Require(HttpStatusCode.OK).Text("key")),
            "--listen", $"127.0.0.1:{_statisticsPort}", "--password-file", _folder.Write("password", StatisticsPassword), "--state", _folder.PathOf("state.json"),
        ]);
        await Eventually.HoldsAsync("the reporter listens", () => reporter.Log.Contains("Listening", StringComparison.Ordinal));
        var camera = await OpenCameraAsync(SharedSecret);
        var viewer = await RelayedPeer.OpenViewerAsync(_scene, _device, secret: SharedSecret);
        await viewer.Tab.ExpectMovingPictureAsync();

        await viewer.HangUpAsync();
        await camera.HangUpAsync();

        // Some seconds of a moving picture; how many bytes those are is the browser's affair.
        await Eventually.HoldsAsync("it is counted", async () =>
        {
            var usage = (await api.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{_device.Product}/devices/{_device.Device}/usage")).Require(HttpStatusCode.OK);
            return usage["relayByteCount"]!["thisMonth"]!.GetValue<long>() > 10_000 ? null : $"{usage.ToJsonString()}; the reporter says: {reporter.Log}";
        });
    }

    [Theory]
    [InlineData("a credential that was altered")]
    [InlineData("a user name that was altered")]
    [InlineData("a user name that has expired")]
    public async Task Client_WithBadCredentials_IsRefusedByCoturn(string what)
    {
        using var api = _scene.CreateApiClient();
        var given = await AskAsync(api, _productKey.ClientToken(_device));
        var bad = given.Select(server => server.Username is not { } username ? server : what switch
        {
            "a credential that was altered" => server with { Credential = Convert.ToBase64String(new byte[20]) },
            "a user name that was altered" => server with { Username = username.Replace("wd-", "wd-x", StringComparison.Ordinal) },
            _ => ExpiredOf(username, server),
        }).ToList();
        await OpenCameraAsync(SharedSecret);

        var viewer = await RelayedPeer.OpenViewerAsync(_scene, _device, secret: SharedSecret, iceServers: bad);

        (await viewer.RefusalAsync()).ShouldBe(WrongCredentials);
        (await viewer.HasCandidateAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task AnonymousClient_OfTheService_IsGivenNoTurnServer()
    {
        using var api = _scene.CreateApiClient();
        var given = await AskAsync(api, token: null);
        given.SelectMany(x => x.Urls).ShouldBe([_coturn.StunUrl]);
        given.ShouldAllBe(x => x.Username == null && x.Credential == null);
        await OpenCameraAsync(SharedSecret);

        var viewer = await RelayedPeer.OpenViewerAsync(_scene, _device, secret: SharedSecret, iceServers: given);

        (await viewer.HasCandidateAsync()).ShouldBeFalse();
    }

    private static IceServer ExpiredOf(string username, IceServer server)
    {
        // Rightly signed: it is the time alone that coturn refuses.
        var expired = $"{DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeSeconds()}{username[username.IndexOf(':', StringComparison.Ordinal)..]}";
#pragma warning disable CA5350
        var credential = System.Security.Cryptography.HMACSHA1.HashData(System.Text.Encoding.UTF8.GetBytes(Secret), System.Text.Encoding.UTF8.GetBytes(expired));
#pragma warning restore CA5350
        return server with { Username = expired, Credential = Convert.ToBase64String(credential) };
    }

    private async Task<IReadOnlyList<IceServer>> AskAsync(ApiClient api, string? token)
    {
        var answer = await api.IceServersAsync(_device, token);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        return JsonSerializer.Deserialize(answer.Body, ProtocolJson.Default.IceServersResponse)!.IceServers;
    }

    private Task<RelayedPeer> OpenCameraAsync(string? secret) => RelayedPeer.OpenCameraAsync(_scene, _device, _deviceKey.DeviceToken(_device), secret);

    /// <summary>Starts a service that names coturn to its peers, with a device on it.</summary>
    private async Task<Scene> OpenSceneAsync(string turnUrl)
    {
        var scene = await Scene.OpenAloneAsync(chromium, settings: new Dictionary<string, string>
        {
            ["HELIOGRAPH_Ice__Servers__0__Urls"] = $"{_coturn.StunUrl},{turnUrl}",
            ["HELIOGRAPH_Ice__TurnSecret"] = Secret,
        });
        using var api = scene.CreateApiClient();
        var product = await api.CreateProductAsync();
        await api.AddProductKeyAsync(product, _productKey);
        _device = await api.CreateDeviceAsync(product, _deviceKey);
        return scene;
    }
}
