namespace Heliograph.Server.Tests.Relay;

/// <summary>The way of a message between a device and its clients.</summary>
public class RoutingTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    [Fact]
    public async Task Message_OfUnauthorizedClient_ReachesDeviceByteForByte()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{channel}}"}""");

        const string message = """{ "b" : 1.50e+2,"ü":"\u0041\/" , "a":[null, true ] }""";
        await client.SendMessageAsync(channel, message);

        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","authorized":false,"message":{{message}}}""");
    }

    [Fact]
    public async Task Message_OfAuthorizedClient_IsMarkedAuthorized()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address, fixture.ProductKey.ClientToken(address));
        await using var _ = client;
        await device.ReceiveAsync();

        await client.SendMessageAsync(channel, "1");

        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","authorized":true,"message":1}""");
    }

    [Fact]
    public async Task Message_OfDevice_ReachesItsClientWithoutAuthorized()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        // Over HTTP a handshake is answered before the peer has its place.
        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{channel}}"}""");

        await device.SendMessageAsync(channel, "\"hi\"");

        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","message":"hi"}""");
    }

    [Fact]
    public async Task Message_ToOfflineDevice_IsAnsweredByPeerOffline()
    {
        var address = await fixture.CreateDeviceAsync();
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;

        await client.SendMessageAsync(channel, "1");

        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");
    }

    [Fact]
    public async Task Ping_IsAnsweredByPong()
    {
        var address = await fixture.CreateDeviceAsync();
        var (client, _, _) = await fixture.Api.OpenClientAsync(address);
        await using var peer = client;

        (await client.DrainAsync()).ShouldBeEmpty();
    }
}
