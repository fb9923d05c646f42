using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>One connection per device and one per channel: the newer one counts.</summary>
public class TakeoverTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private const int Replaced = 4000;

    [Fact]
    public async Task Device_ConnectsAgain_OlderIsClosedAndGetsNothingMore()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var older = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        await older.ReceiveAsync();

        await using var newer = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        await client.SendMessageAsync(channel, "\"after\"");

        await older.Ended;
        older.CloseCode.ShouldBe(Replaced);
        await Should.ThrowAsync<InvalidOperationException>(older.ReceiveAsync);
        (await newer.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        (await newer.ReceiveJsonAsync())["message"]!.GetValue<string>().ShouldBe("after");
    }

    [Fact]
    public async Task Device_OlderEndsLate_NewerKeepsItsPlace()
    {
        var address = await fixture.CreateDeviceAsync();
        var older = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        await using var newer = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        await older.Ended;
        older.Cut();
        await older.DisposeAsync();

        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        await newer.ReceiveAsync();
        await client.SendMessageAsync(channel, "2");

        (await newer.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(2);
        (await fixture.Api.ConnectClientAsync(address)).Json["deviceOnline"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Client_OpensItsUrlAgain_OlderIsClosedAndNewerGetsTheMessages()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (older, channel, url) = await fixture.Api.OpenClientAsync(address);
        await using var a = older;
        await device.ReceiveAsync();

        await using var newer = await TestPeer.OpenAsync(url);
        await device.ReceiveAsync();
        await device.SendMessageAsync(channel, "3");

        (await newer.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(3);
        await older.Ended;
        older.CloseCode.ShouldBe(Replaced);
    }

    [Fact]
    public async Task Client_ReplacedConnectionSendsOn_NothingOfItIsRelayed()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (older, channel, url) = await fixture.Api.OpenClientAsync(address);
        await using var a = older;
        await device.ReceiveAsync();
        await using var newer = await TestPeer.OpenAsync(url);
        await device.ReceiveAsync();

        try
        {
            await older.SendMessageAsync(channel, "\"old\"");
        }
        catch (Exception error) when (error is System.Net.WebSockets.WebSocketException or ObjectDisposedException)
        {
            // The close frame may have come first.
        }

        await newer.SendMessageAsync(channel, "\"new\"");
        (await device.ReceiveJsonAsync())["message"]!.GetValue<string>().ShouldBe("new");
    }

    [Fact]
    public async Task Device_ManyConnectAtOnce_OneIsLeftAndIsReached()
    {
        var address = await fixture.CreateDeviceAsync();
        var urls = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var token = fixture.DeviceKey.DeviceToken(address);
            urls.Add((await fixture.Api.ConnectDeviceAsync(address, token)).Json["signalingUrl"]!.GetValue<string>());
        }

        var devices = await Task.WhenAll(urls.Select(url => TestPeer.OpenAsync(url)));
        await Eventually.HoldsAsync("all but one have ended", () => devices.Count(x => x.CloseCode == Replaced) == devices.Length - 1);
        var last = devices.Single(x => x.CloseCode is null);

        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        (await last.ReceiveAsync()).ShouldContain(channel);
        await client.SendMessageAsync(channel, "4");
        (await last.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(4);
        foreach (var device in devices)
            await device.DisposeAsync();
    }
}
