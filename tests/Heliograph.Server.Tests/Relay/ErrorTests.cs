using Heliograph.Server.Connect;
using Heliograph.Server.Relay;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>ERROR between peers, and PEER_OFFLINE for what can't be delivered.</summary>
public class ErrorTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    [Theory]
    [InlineData("""{"type":"ERROR","channelId":"CH","error":{"code":"CHANNEL_CLOSED","message":"bye"}}""", ""","message":"bye" """)]
    [InlineData("""{"type":"ERROR","channelId":"CH","error":{"code":"CHANNEL_CLOSED","message":null,"more":1},"authorized":true}""", "")]
    [InlineData("""{"type":"MESSAGE","channelId":"CH","error":{"code":"CHANNEL_CLOSED"},"message":null}""", "")]
    [InlineData("""{"type":"ERROR","channelId":"CH","errorCode":"CHANNEL_CLOSED","errorMessage":"bye"}""", ""","message":"bye" """)]
    public async Task Error_HoweverTheSdkWritesIt_ArrivesInTheOneForm(string frame, string message)
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        await device.ReceiveAsync();

        await client.SendAsync(frame.Replace("\"CH\"", $"\"{channel}\"", StringComparison.Ordinal));

        (await device.ReceiveAsync()).ShouldBe(
            $$$"""{"type":"ERROR","channelId":"{{{channel}}}","error":{"code":"CHANNEL_CLOSED"{{{message.Trim()}}}}}""");
        // The channel has ended between the peers; the connection lives on.
        (await client.DrainAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Error_FollowedByCloseAtOnce_StillArrives()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        for (var i = 0; i < 20; i++)
        {
            var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
            await device.ReceiveAsync();
            await client.SendAsync($$$"""{"type":"ERROR","channelId":"{{{channel}}}","error":{"code":"CHANNEL_CLOSED"}}""");
            await client.CloseAsync();
            await client.DisposeAsync();

            (await device.ReceiveJsonAsync())["channelId"]!.GetValue<string>().ShouldBe(channel);
        }
    }

    [Fact]
    public async Task Error_OfAClientThatTheServiceIsClosing_StillArrives()
    {
        await using var pair = await RawPair.OpenAsync(fixture);
        foreach (var peer in fixture.Service.Get<PeerList>().Where(peer => peer.Role == Role.Client && peer.Channel.ToString() == pair.Channel))
            peer.End(EndReason.GoingAway);

        await pair.Client.SendAsync(
            RawFrame.OfText($$$"""{"type":"ERROR","channelId":"{{{pair.Channel}}}","error":{"code":"CHANNEL_CLOSED"}}"""));

        (await pair.Device.ReceiveAsync()).ShouldContain("CHANNEL_CLOSED");
    }

    [Fact]
    public async Task Error_OfRestartedDevice_ReachesTheClientOfAnOldChannel()
    {
        var address = await fixture.CreateDeviceAsync();
        var before = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        before.Cut();
        await before.DisposeAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);

        await device.SendAsync($$$"""{"type":"ERROR","channelId":"{{{channel}}}","error":{"code":"CHANNEL_NOT_FOUND"}}""");

        (await client.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        (await client.ReceiveAsync()).ShouldContain("CHANNEL_NOT_FOUND");
    }

    [Fact]
    public async Task Message_ToClientThatHasLeft_IsAnsweredByPeerOffline()
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await device.ReceiveAsync();
        await client.CloseAsync();
        await client.DisposeAsync();

        await device.SendMessageAsync(channel, "1");
        await device.SendAsync($$$"""{"type":"ERROR","channelId":"{{{channel}}}","error":{"code":"X"}}""");

        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");
        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"HELLO","channelId":"CH"}""")]
    [InlineData("""{"type":"PEER_CONNECTED","channelId":"CH"}""")]
    [InlineData("""{"type":"PEER_OFFLINE","channelId":"CH"}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"CH"}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"CH","message":null}""")]
    [InlineData("""{"type":"MESSAGE","message":1}""")]
    [InlineData("""{"type":"MESSAGE","channelId":5,"message":1}""")]
    [InlineData("""{"type":"ERROR","channelId":"CH","error":"X"}""")]
    [InlineData("""{"type":"ERROR","channelId":"CH","error":{"code":5}}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"CH","message":1} trailing""")]
    public async Task Frame_NotUnderstood_IsIgnoredAndTheConnectionLivesOn(string frame)
    {
        var address = await fixture.CreateDeviceAsync();
        await using var device = await fixture.Api.OpenDeviceAsync(address, fixture.DeviceKey);
        var (client, channel, _) = await fixture.Api.OpenClientAsync(address);
        await using var _ = client;
        await device.ReceiveAsync();

        await client.SendAsync(frame.Replace("\"CH\"", $"\"{channel}\"", StringComparison.Ordinal));

        (await client.DrainAsync()).ShouldBeEmpty();
        (await device.DrainAsync()).ShouldBeEmpty();
        await client.SendMessageAsync(channel, "1");
        (await device.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(1);
    }
}
