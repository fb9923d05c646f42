namespace Heliograph.Server.Tests.Relay;

/// <summary>PEER_CONNECTED: who is told of whom, and when.</summary>
public class AnnounceTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    [Fact]
    public async Task PeerConnected_ClientOpens_DeviceIsToldAndClientIsNot()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;

        (await device.ReceiveAsync()).ShouldBe(PeerConnected(channel));
        (await client.DrainAsync()).ShouldBeEmpty();
        (await device.DrainAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task PeerConnected_DeviceOpens_BothSidesAreToldOfEveryChannel()
    {
        var address = await fixture.CreateDeviceAsync();
        var (first, firstChannel, _) = await fixture.Api.OpenClientAsync(address);
        await using var a = first;
        var (second, secondChannel, _) = await fixture.Api.OpenClientAsync(address);
        await using var b = second;

        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);

        (await first.ReceiveAsync()).ShouldBe(PeerConnected(firstChannel));
        (await second.ReceiveAsync()).ShouldBe(PeerConnected(secondChannel));
        (await device.DrainAsync()).ShouldBe([PeerConnected(firstChannel), PeerConnected(secondChannel)], ignoreOrder: true);
    }

    [Fact]
    public async Task PeerConnected_ClientReconnects_DeviceIsToldOnceMore()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, url) = await fixture.Api.OpenClientAsync(address);
        await device.ReceiveAsync();
        await client.CloseAsync();
        await client.DisposeAsync();

        await using var again = await Testing.TestPeer.OpenAsync(url);

        (await device.ReceiveAsync()).ShouldBe(PeerConnected(channel));
        (await device.DrainAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task PeerConnected_DeviceReconnects_EachClientIsToldOncePerConnection()
    {
        var address = await fixture.CreateDeviceAsync();
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;

        for (var i = 0; i < 3; i++)
        {
            await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
            (await device.DrainAsync()).ShouldBe([PeerConnected(channel)]);
        }

        (await client.DrainAsync()).ShouldBe(Enumerable.Repeat(PeerConnected(channel), 3));
    }

    [Fact]
    public async Task PeerConnected_TakeoverOfStaleDevice_TellsClientAndNewConnectionReachesIt()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var stale = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        await stale.ReceiveAsync();

        await using var fresh = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);

        (await client.ReceiveAsync()).ShouldBe(PeerConnected(channel));
        (await fresh.ReceiveAsync()).ShouldBe(PeerConnected(channel));
        await client.SendMessageAsync(channel, "1");
        (await fresh.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task PeerConnected_OtherDevicesClient_IsToldNothing()
    {
        var one = await fixture.CreateDeviceAsync();
        var other = await fixture.CreateDeviceAsync();
        var (client, _, _) = await fixture.Api.OpenClientAsync(one);
        await using var _ = client;

        await using var device = await fixture.Api.OpenDeviceAsync(other, fixture.DeviceKey);

        (await device.DrainAsync()).ShouldBeEmpty();
        (await client.DrainAsync()).ShouldBeEmpty();
    }

    private static string PeerConnected(string channel) => $$"""{"type":"PEER_CONNECTED","channelId":"{{channel}}"}""";
}
