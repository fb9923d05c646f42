using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Ice;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Ice;

/// <summary>Which of several servers a peer is given, by where it calls from.</summary>
public sealed class NearestServersTests : IAsyncLifetime
{
    private const string Stockholm = "198.51.100.7", Oslo = "198.51.100.77", Denver = "2001:db8:2::1", Nowhere = "192.0.2.1";

    private readonly SigningKey _key = new();
    private TestService _service = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync(settings =>
        {
            settings.Service.TrustedProxies.Add("127.0.0.1");
            settings.Registry.Region = "asia";
            Add(settings.Ice, "america", "stun:america", "turn:america?transport=udp", "turns:america?transport=tcp");
            Add(settings.Ice, "asia", "stun:asia", "turn:asia");
            Add(settings.Ice, null, "turn:anywhere");
            Add(settings.Ice, "europe", "stun:europe", "turn:europe");
            Add(settings.Ice, "europe", "stun:europe2", "turn:europe2");
            settings.Ice.TurnSecret = "common";
            settings.Ice.Servers[0].TurnSecret = "its own";
            Map(settings.Ice, "europe", ["198.51.100.0/24"], "america");
            Map(settings.Ice, "north", ["198.51.100.64/26"], "europe");
            Map(settings.Ice, "america", ["2001:db8:2::/48"]);
        });
        var product = (await _service.Api.ManageAsync(HttpMethod.Post, "/v1/webrtc/products", new System.Text.Json.Nodes.JsonObject { ["region"] = "asia" }))
            .Require(HttpStatusCode.OK).Text("productId");
        _device = await _service.Api.CreateDeviceAsync(ProductId.Parse(product), _key);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _key.Dispose();
    }

    [Theory]
    [InlineData(Stockholm, "europe europe2 america")]
    [InlineData("::ffff:" + Stockholm, "europe europe2 america")]
    [InlineData(Oslo, "europe europe2 anywhere")]
    [InlineData(Denver, "america anywhere asia")]
    [InlineData(Nowhere, "asia anywhere america")]
    public async Task Device_IsGivenTheNearestTurnServers(string from, string expected) =>
        HostsOf(await AskAsync(from, _key.DeviceToken(_device)), "turn").ShouldBe(expected);

    [Theory]
    [InlineData(Stockholm, "europe europe2 america")]
    [InlineData(Nowhere, "asia america europe")]
    public async Task Anyone_IsGivenAsManyStunServers(string from, string expected) => HostsOf(await AskAsync(from, token: null), "stun").ShouldBe(expected);

    [Fact]
    public async Task Servers_WithASecretOfTheirOwn_HaveCredentialsOfTheirOwn()
    {
        var turns = (await AskAsync(Denver, _key.DeviceToken(_device))).Where(x => x.Credential is not null).ToList();

        turns[0].Urls.ShouldBe(["turn:america?transport=udp", "turns:america?transport=tcp"]);
        turns[0].Username.ShouldBe(turns[1].Username);
        turns[0].Credential.ShouldNotBe(turns[1].Credential);
    }

    [Fact]
    public async Task Address_ThatNoTrustedProxyTells_IsNotBelieved()
    {
        await using var service = await TestService.StartAsync(settings =>
        {
            Add(settings.Ice, "asia", "stun:asia");
            Add(settings.Ice, "europe", "stun:europe");
            Map(settings.Ice, "europe", [Stockholm]);
        });
        var device = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), _key);

        HostsOf(await AskAsync(service, device, Stockholm, token: null), "stun").ShouldBe("asia europe");
    }

    private Task<IReadOnlyList<IceServer>> AskAsync(string from, string? token) => AskAsync(_service, _device, from, token);

    private static async Task<IReadOnlyList<IceServer>> AskAsync(TestService service, DeviceAddress device, string from, string? token)
    {
        var answer = await service.Api.SendAsync(
            HttpMethod.Post, "/v1/ice-servers", ApiClient.ConnectBody(device), token, request => request.Headers.Add("X-Forwarded-For", from));
        answer.Status.ShouldBe(HttpStatusCode.OK);
        return System.Text.Json.JsonSerializer.Deserialize(answer.Body, ProtocolJson.Default.IceServersResponse)!.IceServers;
    }

    private static string HostsOf(IEnumerable<IceServer> servers, string scheme) =>
        string.Join(' ', servers.Select(x => x.Urls[0]).Where(x => x.StartsWith(scheme, StringComparison.Ordinal)).Select(x => x.Split(':', '?')[1]));

    private static void Add(IceOptions ice, string? region, params IEnumerable<string> urls)
    {
        var server = new IceServerOptions { Region = region };
        foreach (var url in urls)
            server.Urls.Add(url);
        ice.Servers.Add(server);
    }

    private static void Map(IceOptions ice, string name, IEnumerable<string> networks, params IEnumerable<string> near)
    {
        var region = new IceRegionOptions { Name = name };
        foreach (var network in networks)
            region.Networks.Add(network);
        foreach (var other in near)
            region.Near.Add(other);
        ice.Regions.Add(region);
    }
}
