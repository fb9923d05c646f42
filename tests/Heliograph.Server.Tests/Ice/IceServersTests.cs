using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Ice;

/// <summary>STUN for all; TURN, with credentials that a TURN server can check by itself, for the scope <c>turn</c>.</summary>
public sealed class IceServersTests : IAsyncLifetime
{
    private const string Secret = "the secret of the TURN server, ü";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(90);

    private readonly FakeTimeProvider _clock = new();
    private readonly SigningKey _deviceKey = new();
    private readonly SigningKey _productKey = new();
    private TestService _service = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        _service = await StartAsync(ice =>
        {
            ice.StunUrls.Add("stun:stun.example.com:3478");
            ice.StunUrls.Add("stun:stun2.example.com");
            ice.TurnUrls.Add("turn:turn.example.com:3478?transport=udp");
            ice.TurnUrls.Add("turns:turn.example.com:5349?transport=tcp");
            (ice.TurnSecret, ice.TurnCredentialLifetime) = (Secret, Lifetime);
        });
        _device = await CreateDeviceAsync(_service);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _deviceKey.Dispose();
        _productKey.Dispose();
    }

    [Fact]
    public async Task Anyone_GetsStunAloneWithoutNulls()
    {
        var answer = await _service.Api.IceServersAsync(_device);

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Body.ShouldBe("""{"iceServers":[{"urls":["stun:stun.example.com:3478","stun:stun2.example.com"]}]}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("device:connect client:connect")]
    [InlineData("turns")]
    [InlineData("device:turn")]
    [InlineData("TURN")]
    public async Task Token_WithoutTheScope_GetsStunAlone(string scope)
    {
        foreach (var token in (string[])[_deviceKey.DeviceToken(_device, scope: scope), _productKey.ClientToken(_device, scope: scope)])
        {
            var answer = (await _service.Api.IceServersAsync(_device, token)).Require(HttpStatusCode.OK);
            answer["iceServers"]!.AsArray().ShouldHaveSingleItem()!.Fields().ShouldBe(["urls"]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Token_WithTheScope_GetsCredentialsThatCheckOut(bool isDevice)
    {
        var token = isDevice ? _deviceKey.DeviceToken(_device, scope: "turn") : _productKey.ClientToken(_device, scope: "turn");

        var servers = (await _service.Api.IceServersAsync(_device, token)).Require(HttpStatusCode.OK)["iceServers"]!.AsArray();

        servers.Count.ShouldBe(2);
        var turn = servers[1]!;
        turn.Fields().ShouldBe(["urls", "username", "credential"]);
        turn["urls"]!.AsArray().Select(x => x!.GetValue<string>())
            .ShouldBe(["turn:turn.example.com:3478?transport=udp", "turns:turn.example.com:5349?transport=tcp"]);
        var expiry = (_clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        turn.Text("username").ShouldBe($"{expiry}:{_device.Product}:{_device.Device}");
        // As coturn does it with use-auth-secret.
#pragma warning disable CA5350
        using var mac = new HMACSHA1(Encoding.UTF8.GetBytes(Secret));
#pragma warning restore CA5350
        turn.Text("credential").ShouldBe(Convert.ToBase64String(mac.ComputeHash(Encoding.UTF8.GetBytes(turn.Text("username")))));
    }

    [Fact]
    public async Task Token_ThatIsInvalid_GetsNothingAtAll()
    {
        using var forger = new SigningKey();

        (await _service.Api.IceServersAsync(_device, "nonsense")).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
        (await _service.Api.IceServersAsync(_device, forger.DeviceToken(_device))).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized);
    }

    [Fact]
    public async Task Turn_WithoutStun_IsTheOnlyEntry()
    {
        await using var service = await StartAsync(ice =>
        {
            ice.TurnUrls.Add("turn:turn.example.com");
            ice.TurnSecret = "s";
        });
        var device = await CreateDeviceAsync(service);

        (await service.Api.IceServersAsync(device, _deviceKey.DeviceToken(device))).Require(HttpStatusCode.OK)["iceServers"]!.AsArray()
            .ShouldHaveSingleItem()!["urls"].ShouldBeOfType<JsonArray>().Count.ShouldBe(1);
        (await service.Api.IceServersAsync(device)).Body.ShouldBe("""{"iceServers":[]}""");
    }

    private Task<TestService> StartAsync(Action<Server.Ice.IceOptions> configure) => TestService.StartAsync(
        settings => configure(settings.Ice), build: builder => builder.Services.AddSingleton<TimeProvider>(_clock));

    private async Task<DeviceAddress> CreateDeviceAsync(TestService service)
    {
        var product = await service.Api.CreateProductAsync();
        await service.Api.AddProductKeyAsync(product, _productKey);
        return await service.Api.CreateDeviceAsync(product, _deviceKey);
    }
}
