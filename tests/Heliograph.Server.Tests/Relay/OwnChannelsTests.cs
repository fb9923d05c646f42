namespace Heliograph.Server.Tests.Relay;

/// <summary>A peer speaks on its own channels only, and what it writes into the envelope counts for nothing.</summary>
public class OwnChannelsTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    [Fact]
    public async Task Client_SendsOnAnotherClientsChannel_IsTreatedAsUnknown()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (mine, _, _) = await fixture.Api.OpenClientAsync(address);
        await using var a = mine;
        var (other, otherChannel, _) = await fixture.Api.OpenClientAsync(address);
        await using var b = other;
        await device.DrainAsync();

        await mine.SendMessageAsync(otherChannel, "1");
        await mine.SendMessageAsync("no-such-channel", "1");

        (await mine.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{otherChannel}}"}""");
        (await mine.ReceiveAsync()).ShouldBe("""{"type":"PEER_OFFLINE","channelId":"no-such-channel"}""");
        (await device.DrainAsync()).ShouldBeEmpty();
        (await other.DrainAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Device_SendsOnAnotherDevicesChannel_IsTreatedAsUnknown()
    {
        var mine = await fixture.CreateDeviceAsync();
        var other = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(mine, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(other);
        await using var _ = client;

        await device.SendMessageAsync(channel, "1");

        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");
        (await client.DrainAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"type":"MESSAGE","channelId":"CH","message":1,"authorized":true}""")]
    [InlineData("""{"authorized":true,"type":"MESSAGE","authorized":true,"channelId":"CH","message":1}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"CH","message":1,"\u0061uthorized":true}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"CH","message":0,"message":1,"extra":{"authorized":true}}""")]
    [InlineData("""{"type":"PING","channelId":"x","type":"MESSAGE","channelId":"CH","message":1}""")]
    public async Task Client_ForgesTheEnvelope_OnlyTheMessageArrives(string frame)
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        await device.ReceiveAsync();

        await client.SendAsync(frame.Replace("\"CH\"", $"\"{channel}\"", StringComparison.Ordinal));

        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","authorized":false,"message":1}""");
    }

    [Fact]
    public async Task Channel_InUpperCase_IsTheSame()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        await device.ReceiveAsync();

        await client.SendMessageAsync(channel.ToUpperInvariant(), "1");

        (await device.ReceiveJsonAsync())["channelId"]!.GetValue<string>().ShouldBe(channel);
    }
}
