using System.Net;
using Heliograph.Protocol;

namespace Heliograph.Sdk.Tests.Transport;

/// <summary>Where ICE servers come from: for a client from the device, else from the service.</summary>
public sealed class IceServersTests(IceServiceFixture service) : IClassFixture<IceServiceFixture>
{
    private static readonly MessageSecurity Secret = MessageSecurity.SharedSecret("open sesame");

    [Fact]
    public async Task Setup_InTheSharedSecretModel_GivesTheClientTheDevicesTurnCredentials()
    {
        await using var pair = await SdkPair.ConnectAsync(service);

        var (device, client) = await pair.SetUpAsync(Secret, Secret);
        var atDevice = await device.SetupAsync();
        var atClient = await client.SetupAsync();

        atClient.Select(server => string.Join(' ', server.Urls)).ShouldBe([IceServiceFixture.StunUrl, IceServiceFixture.TurnUrl]);
        atClient[1].Credential.ShouldNotBeNullOrEmpty();
        atClient.Select(Whole).ShouldBe(atDevice.Select(Whole));
        // By itself it has no right to them.
        (await pair.Client.GetIceServersAsync()).Select(server => server.Credential).ShouldBe([null]);
    }

    [Fact]
    public async Task Setup_WhereTheDeviceNamesNone_AsksTheServiceWithTheClientsToken()
    {
        var registered = await service.CreateDeviceAsync();
        using var withoutIce = new IceServersFail();
        await using var device = new SignalingDevice(registered.DeviceOptions with { HttpHandler = withoutIce });
        await using var client = new SignalingClient(registered.ClientOptions with { AccessToken = registered.ClientToken() });

        var (atDevice, atClient) = await SetUpAsync(device, client);

        atDevice.ShouldBeEmpty();
        atClient.Select(server => server.Urls[0]).ShouldBe([IceServiceFixture.StunUrl, IceServiceFixture.TurnUrl]);
        withoutIce.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Setup_WhereNobodyGetsAny_IsDoneWithout()
    {
        var registered = await service.CreateDeviceAsync();
        using var withoutIce = new IceServersFail();
        await using var device = new SignalingDevice(registered.DeviceOptions with { HttpHandler = withoutIce });
        await using var client = new SignalingClient(registered.ClientOptions with { AccessToken = registered.ClientToken(), HttpHandler = withoutIce });

        var (atDevice, atClient) = await SetUpAsync(device, client);

        atDevice.ShouldBeEmpty();
        atClient.ShouldBeEmpty();
        withoutIce.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task Setup_WhereTheApplicationsHandlerThrows_IsDoneWithout()
    {
        var registered = await service.CreateDeviceAsync();
        using var withoutIce = new IceServersFail(new NotSupportedException("of the application's own"));
        await using var device = new SignalingDevice(registered.DeviceOptions with { HttpHandler = withoutIce });
        await using var client = new SignalingClient(registered.ClientOptions with { AccessToken = registered.ClientToken(), HttpHandler = withoutIce });

        var (atDevice, atClient) = await SetUpAsync(device, client);

        atDevice.ShouldBeEmpty();
        atClient.ShouldBeEmpty();
    }

    [Fact]
    public async Task GetIceServers_OfADevice_GivesTurnCredentials()
    {
        var registered = await service.CreateDeviceAsync();
        await using var device = new SignalingDevice(registered.DeviceOptions);

        var servers = await device.GetIceServersAsync().WaitAsync(TestPeer.Patience);

        servers[1].Username.ShouldNotBeNullOrEmpty();
        servers[1].Credential.ShouldNotBeNullOrEmpty();
        servers[1].ToString().ShouldBe(IceServiceFixture.TurnUrl);
    }

    private static async Task<(IReadOnlyList<IceServer> Device, IReadOnlyList<IceServer> Client)> SetUpAsync(SignalingDevice device, SignalingClient client)
    {
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
        var clientSide = MessageTransport.ForClient(client, MessageSecurity.None());
        var channel = await device.AcceptAllAsync().FirstAsync().AsTask().WaitAsync(TestPeer.Patience);
        var deviceSide = MessageTransport.ForDevice(device, channel, MessageSecurity.None());
        return (await deviceSide.SetupAsync(), await clientSide.SetupAsync());
    }

    private static string Whole(IceServer server) => $"{server} {server.Username} {server.Credential}";

    /// <summary>The way to a service whose ice-servers call is out of order.</summary>
    private sealed class IceServersFail(Exception? error = null) : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Calls { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath != "/v1/ice-servers")
                return await base.SendAsync(request, cancellationToken);
            Calls++;
            if (error is not null)
                throw error;
            return new(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("""{"message":"no","code":"UNAVAILABLE"}""") };
        }
    }
}
