using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heliograph.Protocol;
using Heliograph.Sdk;

namespace Heliograph.Docs.Tests.Packages;

/// <summary>The code of docs/sdk-dotnet.md and of the package's README, word for word, run against the service.</summary>
public sealed class SdkPageSnippets : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly SigningKey _deviceKey = new();
    private readonly SigningKey _productKey = new();
    private readonly List<string> _shown = [];
    private readonly CancellationTokenSource _stop = new(TestPeer.Patience);
    private HeliographProcess _service = null!;
    private DeviceAddress _device;

    private SignalingDeviceOptions DeviceOptions => new()
    {
        Endpoint = new(_service.BaseUrl),
        ProductId = _device.Product.Value,
        DeviceId = _device.Device.Value,
        Tokens = new DeviceTokenGenerator(_device.Product.Value, _device.Device.Value, _deviceKey.PrivatePem),
    };

    private SignalingClientOptions ClientOptions => new()
    {
        Endpoint = new(_service.BaseUrl),
        ProductId = _device.Product.Value,
        DeviceId = _device.Device.Value,
    };

    private SignalingClientOptions ClientOptionsWithToken
    {
        get
        {
            using var tokens = new ClientTokenGenerator(_device.Product.Value, _productKey.PrivatePem);
            return ClientOptions with { AccessToken = tokens.Generate(_device.Device.Value) };
        }
    }

    public async ValueTask InitializeAsync()
    {
        _service = await HeliographProcess.ServeAsync(_folder.Sub("data"));
        using var api = _service.CreateApiClient();
        var product = await api.CreateProductAsync();
        await api.AddProductKeyAsync(product, _productKey);
        _device = await api.CreateDeviceAsync(product, _deviceKey);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _stop.Dispose();
        _deviceKey.Dispose();
        _productKey.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Readme_CameraAndViewer_Talk()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var running = ReadmeCameraAsync(
            new(_service.BaseUrl), _device.Product.Value, _device.Device.Value, _deviceKey.PrivatePem, "correct horse", end.Token);

        await ReadmeViewerAsync(new(_service.BaseUrl), _device.Product.Value, _device.Device.Value, "correct horse");

        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task SharedSecrets_OfUsers_LetEachIn()
    {
        var users = new Users();
        await using var camera = new SignalingDevice(DeviceOptions);
        camera.Start();
        await using var viewer = new SignalingClient(ClientOptions);
        var viewerSide = MessageTransport.ForClient(viewer, MessageSecurity.SharedSecret(Users.SecretOfAnna, keyId: "anna"));
        await viewer.ConnectAsync(_stop.Token);
        var channel = await camera.AcceptAllAsync(_stop.Token).FirstAsync();

        var security = MessageSecurity.SharedSecrets(async (keyId, cancellationToken) => await users.FindSecretAsync(keyId, cancellationToken));
        var cameraSide = MessageTransport.ForDevice(camera, channel, security);

        await cameraSide.WaitForSetupAsync(_stop.Token);
        await viewerSide.WaitForSetupAsync(_stop.Token);
    }

    [Fact]
    public async Task StatesAndErrors_OfAViewer_AreShown()
    {
        await using var viewer = new SignalingClient(ClientOptions with { RequireOnline = true });
        viewer.StateChanged += (_, change) => Show($"Service: {change.State}");
        viewer.Channel.StateChanged += (_, change) => Show($"Camera: {change.State}");

        try
        {
            await viewer.ConnectAsync();
        }
        catch (HeliographException error) when (error.Code == SignalingErrorCodes.DeviceOffline)
        {
            Show("The camera is switched off.");
        }
        catch (HeliographException error)
        {
            Show(error.Message);
        }

        await Eventually.HoldsAsync("all was shown", () => Shown.Order(StringComparer.Ordinal)
            .SequenceEqual(["Camera: Failed", "Service: Connecting", "Service: Failed", "The camera is switched off."]));
    }

    [Fact]
    public async Task RunAsync_WithManyClients_AnswersThoseWithAToken()
    {
        await using var camera = new SignalingDevice(DeviceOptions);
        var running = AnswerAllAsync(camera, _stop.Token);
        await using var guest = new SignalingClient(ClientOptions);
        await using var user = new SignalingClient(ClientOptionsWithToken);
        guest.Start();
        user.Start();

        await guest.Channel.SendAsync(Note("Let me in"));
        await user.Channel.SendAsync(Note("Hello"));
        var answer = await user.Channel.ReadAllAsync(_stop.Token).FirstAsync();
        await guest.Channel.Completion.WaitAsync(_stop.Token);

        answer.GetProperty("text").GetString().ShouldBe("Hello!");
        guest.Channel.Error.ShouldBeOfType<ChannelException>().Code.ShouldBe("GUESTS_NOT_ALLOWED");
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task PerfectNegotiation_OverAPeerConnection_ExchangesDescriptionsAndCandidates()
    {
        var cameraPeer = new ScriptedPeerConnection("camera");
        var viewerPeer = new ScriptedPeerConnection("viewer");
        await using var camera = new SignalingDevice(DeviceOptions);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var running = camera.RunAsync((channel, stop) => StreamAsync(camera, channel, stop), end.Token);
        await using var viewer = new SignalingClient(ClientOptionsWithToken);
        await viewer.ConnectAsync(_stop.Token);
        using var viewerNegotiation = new PerfectNegotiation(viewerPeer, MessageTransport.ForClient(viewer, MessageSecurity.None()), isPolite: false);
        var watching = viewerNegotiation.RunAsync(end.Token);

        await cameraPeer.Complete.WaitAsync(TestPeer.Patience);
        await viewerPeer.Complete.WaitAsync(TestPeer.Patience);

        viewerPeer.Remote.ShouldBe(new SessionDescription(SessionDescription.Offer, "camera's"));
        cameraPeer.Remote.ShouldBe(new SessionDescription(SessionDescription.Answer, "viewer's"));
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
        await Should.ThrowAsync<OperationCanceledException>(watching);

        async Task StreamAsync(SignalingDevice camera, SignalingChannel channel, CancellationToken end)
        {
            var transport = MessageTransport.ForDevice(camera, channel, MessageSecurity.None());
            var iceServers = await transport.WaitForSetupAsync(end);
            var peerConnection = CreatePeerConnection(iceServers);
            using var negotiation = new PerfectNegotiation(peerConnection, transport, isPolite: true);
            AddTracks(peerConnection);
            await negotiation.RunAsync(end);
        }

        ScriptedPeerConnection CreatePeerConnection(IReadOnlyList<IceServer> iceServers)
        {
            iceServers.ShouldBeEmpty();
            return cameraPeer;
        }

        static void AddTracks(ScriptedPeerConnection peerConnection) => peerConnection.AskForNegotiation();
    }

    [Fact]
    public async Task Device_OfABusyService_WaitsAsLongAsItSays()
    {
        var options = DeviceOptions;
        var clock = TimeProvider.System;
        await using var camera = new SignalingDevice(options with { TimeProvider = clock, HttpHandler = new BusyService() });
        camera.Start();

        await Eventually.HoldsAsync("the device waits", () => camera.State == ConnectionState.WaitRetry);
    }

    [Fact]
    public async Task Json_FromAGeneratedContext_IsSent()
    {
        await using var camera = new SignalingDevice(DeviceOptions);
        camera.Start();
        await using var viewer = new SignalingClient(ClientOptionsWithToken);
        await viewer.ConnectAsync(_stop.Token);
        var transport = MessageTransport.ForClient(viewer, MessageSecurity.None());
        var cameraSide = MessageTransport.ForDevice(camera, await camera.AcceptAllAsync(_stop.Token).FirstAsync(), MessageSecurity.None());

        await transport.SendAsync(SignalingMessage.Of(JsonSerializer.SerializeToElement(new Note("NOTE", "Hello"), NoteJson.Default.Note)));

        var message = await cameraSide.ReadAllAsync(_stop.Token).FirstAsync();
        message.ShouldBeOfType<ApplicationMessage>().Content.GetRawText().ShouldBe("""{"type":"NOTE","text":"Hello"}""");
    }

    private static async Task ReadmeCameraAsync(Uri endpoint, string productId, string deviceId, string privateKeyPem, string secret, CancellationToken stop)
    {
        using var tokens = new DeviceTokenGenerator(productId, deviceId, privateKeyPem);
        await using var camera = new SignalingDevice(new()
        {
            Endpoint = endpoint,
            ProductId = productId,
            DeviceId = deviceId,
            Tokens = tokens,
        });

        // Runs once for each viewer; all of them at the same time.
        await camera.RunAsync(async (channel, end) =>
        {
            var transport = MessageTransport.ForDevice(camera, channel, MessageSecurity.SharedSecret(secret));
            await foreach (var message in transport.ReadAllAsync(end))
                await transport.SendAsync(message, end);
        }, stop);
    }

    private static async Task ReadmeViewerAsync(Uri endpoint, string productId, string deviceId, string secret)
    {
        await using var viewer = new SignalingClient(new()
        {
            Endpoint = endpoint,
            ProductId = productId,
            DeviceId = deviceId,
        });
        await viewer.ConnectAsync();

        var transport = MessageTransport.ForClient(viewer, MessageSecurity.SharedSecret(secret));
        await transport.SendAsync(SignalingMessage.Of(JsonElement.Parse("""{"type":"NOTE","text":"What do you see?"}""")));
        await foreach (var message in transport.ReadAllAsync())
        {
            Console.WriteLine(message);
            break;
        }
    }

    private static async Task AnswerAllAsync(SignalingDevice camera, CancellationToken stop) =>
        await camera.RunAsync(async (channel, end) =>
        {
            if (!channel.IsAuthorized)
                throw new ChannelException("GUESTS_NOT_ALLOWED", "Ask the owner for access.");
            await foreach (var question in channel.ReadAllAsync(end))
                await channel.SendAsync(Answer(question), end);
        }, stop);

    private static JsonElement Answer(JsonElement question) => Note($"{question.GetProperty("text")}!");

    private static JsonElement Note(string text) => JsonSerializer.SerializeToElement(new Note("NOTE", text), NoteJson.Default.Note);

    private List<string> Shown
    {
        get
        {
            lock (_shown)
                return [.. _shown];
        }
    }

    private void Show(string text)
    {
        lock (_shown)
            _shown.Add(text);
    }

    private sealed class Users
    {
        public const string SecretOfAnna = "long and random";

        private readonly Dictionary<string, string> _secrets = new(StringComparer.Ordinal) { ["anna"] = SecretOfAnna };

        public ValueTask<string?> FindSecretAsync(string? name, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(name is null ? null : _secrets.GetValueOrDefault(name));
        }
    }
}

internal sealed class BusyService : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new(TimeSpan.FromMinutes(5)) } });
}

internal sealed record Note(string Type, string Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Note))]
internal sealed partial class NoteJson : JsonSerializerContext;
