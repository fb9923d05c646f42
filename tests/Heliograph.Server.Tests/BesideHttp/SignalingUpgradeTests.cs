using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Relay;
using Heliograph.Server.Relay.Opening;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.BesideHttp;

/// <summary>Which sockets are opened beside HTTP, and that nobody sees a difference.</summary>
public class SignalingUpgradeTests : IAsyncLifetime
{
    private TestService _service = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync(settings => settings.Service.TrustedProxies.Add("127.0.0.0/8"));
        using var key = new SigningKey();
        _device = await _service.Api.CreateDeviceAsync(await _service.Api.CreateProductAsync(), key);
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private int Beside => _service.Get<OpenSockets>().Count;

    [Fact]
    public async Task Socket_OfAnSdk_IsOpenedBesideHttp()
    {
        await using (await TestPeer.OpenAsync((await _service.Api.ClientUrlAsync(_device)).Url))
            Beside.ShouldBe(1);
        await Eventually.HoldsAsync("the socket has ended", () => Beside == 0);
    }

    [Fact]
    public async Task Socket_OnAConnectionThatHadARequest_IsOpenedOverHttp()
    {
        var url = (await _service.Api.ClientUrlAsync(_device)).Url;
        await using var connection = await RawConnection.ConnectAsync(url);
        await connection.SendAsync($"GET /health/live HTTP/1.1\r\nHost: {new Uri(url).Authority}\r\n\r\n");
        (await connection.ReadAnswerAsync())!.Status.ShouldBe(200);

        await connection.SendAsync(string.Join("\r\n", RawWebSocket.HandshakeFor(url)) + "\r\n\r\n");

        (await connection.ReadAnswerAsync())!.Status.ShouldBe(101);
        await Eventually.HoldsAsync("the peer is there", () => _service.Get<PeerList>().Count == 1);
        Beside.ShouldBe(0);
    }

    [Fact]
    public async Task Head_InPieces_IsAnsweredAllTheSame()
    {
        var url = (await _service.Api.ClientUrlAsync(_device)).Url;
        await using var connection = await RawConnection.ConnectAsync(url);
        foreach (var line in RawWebSocket.HandshakeFor(url))
            await connection.SendAsync(line + "\r\n");
        await connection.SendAsync("\r\n");

        (await connection.ReadAnswerAsync())!.Status.ShouldBe(101);
    }

    [Theory]
    [InlineData("203.0.113.9", "203.0.113.9")]
    [InlineData("198.51.100.1, 203.0.113.9", "203.0.113.9")]
    [InlineData("203.0.113.9, 127.0.0.5", "203.0.113.9")]
    [InlineData("203.0.113.9:4711", "203.0.113.9")]
    [InlineData("[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    public async Task Address_BehindAProxy_IsTheOneThatHttpFinds(string forwardedFor, string expected)
    {
        var url = (await _service.Api.ClientUrlAsync(_device)).Url;
        var (socket, answer) = await RawWebSocket.HandshakeAsync(url, [.. RawWebSocket.HandshakeFor(url), $"X-Forwarded-For: {forwardedFor}"]);
        await using var _ = socket;
        answer.Status.ShouldBe(101);
        (await AddressAsync()).ShouldBe(IPAddress.Parse(expected));
        Beside.ShouldBe(1);
    }

    [Fact]
    public async Task Address_ThatIsNone_IsLeftToHttp()
    {
        var url = (await _service.Api.ClientUrlAsync(_device)).Url;
        var (socket, answer) = await RawWebSocket.HandshakeAsync(url, [.. RawWebSocket.HandshakeFor(url), "X-Forwarded-For: unknown"]);
        await using var _ = socket;

        answer.Status.ShouldBe(101);
        (await AddressAsync()).ShouldBe(IPAddress.Loopback);
        Beside.ShouldBe(0);
    }

    [Fact]
    public async Task Stop_WaitsForTheSocketsAndTheirGoodbye()
    {
        await using var peer = await TestPeer.OpenAsync((await _service.Api.ClientUrlAsync(_device)).Url);

        var sockets = _service.Get<OpenSockets>();

        await _service.StopAsync();

        sockets.Count.ShouldBe(0);
        await peer.Ended;
        peer.CloseCode.ShouldBe(CloseCode.GoingAway);
    }

    [Fact]
    public async Task Connection_OnWhichNothingComes_HoldsUpNoStop()
    {
        await using var connection = await RawConnection.ConnectAsync(_service.BaseUrl);

        await _service.StopAsync();

        (await connection.ReadAnswerAsync()).ShouldBeNull();
    }

    private async Task<IPAddress?> AddressAsync()
    {
        await Eventually.HoldsAsync("the peer is there", () => _service.Get<PeerList>().Count == 1);
        return _service.Get<PeerList>().Where(_ => true).Single().Address;
    }
}
