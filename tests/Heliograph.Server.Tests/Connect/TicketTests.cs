using System.Net;
using System.Net.WebSockets;
using Heliograph.Protocol;
using Heliograph.Server.Tests.Tokens;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Connect;

/// <summary>Signaling URLs: what opens a socket, for whom and for how long.</summary>
public class TicketTests(TokenFixture fixture) : IClassFixture<TokenFixture>
{
    private ApiClient Api => fixture.Api;

    [Fact]
    public async Task Ticket_WithAnyCharacterChangedOrCut_IsRefused()
    {
        var url = await ClientUrlAsync();
        var start = url.IndexOf("ticket=", StringComparison.Ordinal) + "ticket=".Length;
        for (var i = start; i < url.Length; i += 7)
        {
            await RefusedAsync(url[..i] + (url[i] == 'A' ? 'B' : 'A') + url[(i + 1)..]);
            await RefusedAsync(url[..i]);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("?ticket=")]
    [InlineData("?ticket=x")]
    [InlineData("?ticket=%00%ff")]
    [InlineData("?ticket={ticket}&ticket={ticket}")]
    [InlineData("?ticket={ticket}{ticket}")]
    [InlineData("?other={ticket}")]
    public async Task Query_OfAnotherForm_IsRefused(string query)
    {
        var url = await ClientUrlAsync();
        var (path, ticket) = (url[..url.IndexOf('?')], url[(url.IndexOf('=') + 1)..]);

        await RefusedAsync(path + query.Replace("{ticket}", ticket, StringComparison.Ordinal));
        await RefusedAsync($"{path}?ticket={new string('A', 5000)}");
    }

    [Fact]
    public async Task Ticket_ForAnotherDevice_IsRefused()
    {
        foreach (var url in (string[])[await ClientUrlAsync(), await DeviceUrlAsync()])
        {
            await RefusedAsync(url.Replace(fixture.Device.Device.Value, fixture.Sibling.Device.Value, StringComparison.Ordinal));
            await RefusedAsync(url.Replace(fixture.Device.Product.Value, fixture.Stranger.Product.Value, StringComparison.Ordinal));
            await RefusedAsync(url.Replace(fixture.Device.Device.Value, "nonsense", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Path_InUpperCase_IsFine()
    {
        var url = await ClientUrlAsync();
        await using var peer = await TestPeer.OpenAsync(url.Replace(fixture.Device.ToString(), fixture.Device.ToString().ToUpperInvariant(), StringComparison.Ordinal));
        await peer.DrainAsync();
    }

    [Fact]
    public async Task PlainGet_Is426AndSaysWhatToUpgradeTo()
    {
        foreach (var url in (string[])[await ClientUrlAsync(), await DeviceUrlAsync()])
        {
            var answer = await Api.SendAsync(HttpMethod.Get, Http(url));

            answer.ShouldBeError(HttpStatusCode.UpgradeRequired, ErrorCodes.UpgradeRequired);
            answer.Headers.Upgrade.ToString().ShouldBe("websocket");
        }

        (await Api.SendAsync(HttpMethod.Post, Http(await ClientUrlAsync()))).Status.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Ticket_OfADevice_LivesForAMinute()
    {
        var url = await DeviceUrlAsync();
        fixture.Clock.Advance(TimeSpan.FromSeconds(59));
        await using (var peer = await TestPeer.OpenAsync(url))
            await peer.DrainAsync();

        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await RefusedAsync(url, "expired");
    }

    [Fact]
    public async Task Ticket_OfAClient_LivesForADay()
    {
        var url = await ClientUrlAsync();
        fixture.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        for (var i = 0; i < 2; i++)
        {
            await using var peer = await TestPeer.OpenAsync(url);
            await peer.DrainAsync();
        }

        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        await RefusedAsync(url, "expired");
    }

    [Fact]
    public async Task Ticket_OfAnAuthorizedClient_EndsWithItsToken()
    {
        var token = fixture.ProductKey.ClientToken(fixture.Device, payload => payload["exp"] = fixture.Now + 600, clock: fixture.Clock);
        var url = (await Api.ConnectClientAsync(fixture.Device, token)).Require(HttpStatusCode.OK).Text("signalingUrl");
        fixture.Clock.Advance(TimeSpan.FromSeconds(598));
        await using (var peer = await TestPeer.OpenAsync(url))
            await peer.DrainAsync();

        fixture.Clock.Advance(TimeSpan.FromSeconds(2));
        await RefusedAsync(url, "expired");
    }

    [Fact]
    public async Task Ticket_OfATokenThatHasJustPassed_OpensTheSocket()
    {
        // Accepted because clocks may differ; the URL that it is given must not be dead.
        var token = fixture.ProductKey.ClientToken(fixture.Device, payload => payload["exp"] = fixture.Now - 30, clock: fixture.Clock);
        var url = (await Api.ConnectClientAsync(fixture.Device, token)).Require(HttpStatusCode.OK).Text("signalingUrl");

        await using (var peer = await TestPeer.OpenAsync(url))
            await peer.DrainAsync();
        fixture.Clock.Advance(TimeSpan.FromSeconds(31));
        await RefusedAsync(url, "expired");
    }

    [Fact]
    public async Task Ticket_OfALongLivedToken_LivesForADayAllTheSame()
    {
        var token = fixture.ProductKey.ClientToken(fixture.Device, payload => payload["exp"] = fixture.Now + 1_000_000, clock: fixture.Clock);
        var url = (await Api.ConnectClientAsync(fixture.Device, token)).Require(HttpStatusCode.OK).Text("signalingUrl");

        fixture.Clock.Advance(TimeSpan.FromDays(1));

        await RefusedAsync(url, "expired");
    }

    [Fact]
    public async Task Tickets_KeepTheirRole()
    {
        var (deviceUrl, clientUrl) = (await DeviceUrlAsync(), await ClientUrlAsync());
        foreach (var query in (string[])["&role=device", "&role=1", "&authorized=true"])
        {
            await using var client = await TestPeer.OpenAsync(clientUrl + query);
            await client.DrainAsync();
            (await Api.ConnectClientAsync(fixture.Device)).Json["deviceOnline"]!.GetValue<bool>().ShouldBeFalse();
        }

        await using var opened = await TestPeer.OpenAsync(clientUrl);
        await using var device = await TestPeer.OpenAsync(deviceUrl);
        (await device.DrainAsync()).ShouldHaveSingleItem().ShouldContain("PEER_CONNECTED");
        (await opened.DrainAsync()).ShouldHaveSingleItem().ShouldContain("PEER_CONNECTED");
        opened.CloseCode.ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientUrl_AfterARestart_KeepsChannelAndAuthorization(bool isAuthorized)
    {
        using var deviceKey = new SigningKey();
        using var productKey = new SigningKey();
        await using var first = await TestService.StartAsync();
        var product = await first.Api.CreateProductAsync();
        await first.Api.AddProductKeyAsync(product, productKey);
        var address = await first.Api.CreateDeviceAsync(product, deviceKey);
        var (before, channel, url) = await first.Api.OpenClientAsync(address, isAuthorized ? productKey.ClientToken(address) : null);
        await using var _ = before;

        await using var second = await first.RestartAsync();
        before.CloseCode.ShouldBe(1001);
        await using var device = await second.Api.OpenDeviceAsync(address, deviceKey);
        // The service has a new port in the test; in life the URL stays as it is.
        await using var client = await TestPeer.OpenAsync(url.Replace(new Uri(first.BaseUrl).Authority, new Uri(second.BaseUrl).Authority, StringComparison.Ordinal));
        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{channel}}"}""");
        await client.SendMessageAsync(channel, "1");

        (await device.ReceiveJsonAsync())["authorized"]!.GetValue<bool>().ShouldBe(isAuthorized);
    }

    [Fact]
    public async Task Ticket_OfAnotherService_IsRefused()
    {
        await using var other = await TestService.StartAsync();
        using var key = new SigningKey();
        var address = await other.Api.CreateDeviceAsync(await other.Api.CreateProductAsync(), key);
        var url = (await other.Api.ConnectClientAsync(address)).Json.Text("signalingUrl");

        await RefusedAsync(url.Replace(new Uri(other.BaseUrl).Authority, new Uri(Api.BaseUrl).Authority, StringComparison.Ordinal));
    }

    private static string Http(string url) => url.Replace("ws://", "http://", StringComparison.Ordinal);

    private async Task<string> ClientUrlAsync() => (await Api.ConnectClientAsync(fixture.Device)).Require(HttpStatusCode.OK).Text("signalingUrl");

    private async Task<string> DeviceUrlAsync() =>
        (await Api.ConnectDeviceAsync(fixture.Device, fixture.DeviceKey.DeviceToken(fixture.Device, clock: fixture.Clock))).Require(HttpStatusCode.OK).Text("signalingUrl");

    private async Task RefusedAsync(string url, string message = "ticket")
    {
        (await Api.SendAsync(HttpMethod.Get, Http(url))).ShouldBeError(HttpStatusCode.Unauthorized, ErrorCodes.Unauthorized, message);
        var error = await Should.ThrowAsync<WebSocketException>(() => TestPeer.OpenAsync(url));
        error.Message.ShouldContain("401");
    }
}
