using System.Net.WebSockets;
using System.Text.Json;

namespace Heliograph.Sdk.Tests;

/// <summary>What peers do with frames, good and bad, and with ways in which a service ends their connection.</summary>
public sealed class FramesFromServiceTests
{
    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"NEWS","channelId":"a-channel"}""")]
    [InlineData("""{"type":"MESSAGE"}""")]
    [InlineData("""{"type":"MESSAGE","channelId":7,"message":{"type":"DATA","seq":0,"data":1}}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"","message":{"type":"DATA","seq":0,"data":1}}""")]
    [InlineData("""{"type":"MESSAGE","channelId":"\ud800","message":{"type":"DATA","seq":0,"data":1}}""")]
    [InlineData("""{"type":"\ud800","channelId":"a-channel"}""")]
    [InlineData("""{"type":"PEER_CONNECTED"}""")]
    [InlineData("""{"type":"PEER_OFFLINE","channelId":"unknown"}""")]
    [InlineData("""{"type":"PEER_CONNECTED","channelId":"unknown"}""")]
    [InlineData("""{"type":"ERROR","channelId":"unknown","error":{"code":"CHANNEL_NOT_FOUND"}}""")]
    [InlineData("""{"type":"ERROR","channelId":"unknown"}""")]
    public async Task Device_FrameThatMeansNothing_IsIgnored(string frame)
    {
        await using var service = await ScriptedService.StartAsync();
        await using var device = new SignalingDevice(service.DeviceOptions);
        device.Start();
        await using var socket = await service.NextSocketAsync();

        await socket.SendAsync(frame);

        await ShouldAnswerPingAsync(socket);
        device.Channels.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"type":"\ud800","seq":0}""")]
    [InlineData("""{"\ud800":1,"type":"DATA","seq":0}""")]
    [InlineData("""{"type":"DATA","seq":1,"data":1}""")]
    [InlineData("""{"type":"DATA","seq":0}""")]
    [InlineData("""{"type":"DATA","seq":-1,"data":1}""")]
    [InlineData("""{"type":"DATA","seq":0.5,"data":1}""")]
    [InlineData("""{"type":"DATA","seq":"0","data":1}""")]
    [InlineData("""{"type":"ACK","seq":0}""")]
    [InlineData("""{"type":"NEWS","seq":0}""")]
    [InlineData("""17""")]
    [InlineData("null")]
    public async Task Device_MessageThatOpensNothing_AnswersChannelNotFound(string message)
    {
        await using var service = await ScriptedService.StartAsync();
        await using var device = new SignalingDevice(service.DeviceOptions);
        device.Start();
        await using var socket = await service.NextSocketAsync();

        await socket.SendMessageAsync(message, "unknown");

        var answer = (await socket.ReceiveAsync())!.Value;
        answer.GetProperty("type").GetString().ShouldBe("ERROR");
        answer.GetProperty("channelId").GetString().ShouldBe("unknown");
        answer.GetProperty("error").GetProperty("code").GetString().ShouldBe("CHANNEL_NOT_FOUND");
        await ShouldAnswerPingAsync(socket);
        device.Channels.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"type":"\ud800","seq":0}""")]
    [InlineData("""{"\ud800":1,"seq":1}""")]
    [InlineData("""{"type":"NEWS","seq":1}""")]
    [InlineData("""{"type":"ACK"}""")]
    [InlineData("[]")]
    public async Task Channel_MessageThatMeansNothing_IsIgnored(string message)
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions);
        client.Start();
        await using var socket = await service.NextSocketAsync();

        await socket.SendMessageAsync(message);
        await socket.SendDataAsync(0, "17");

        (await client.Channel.ReadAllAsync().FirstAsync().AsTask().WaitAsync(TestPeer.Patience)).GetInt32().ShouldBe(17);
    }

    [Fact]
    public async Task Device_BinaryFrame_IsIgnored()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var device = new SignalingDevice(service.DeviceOptions);
        device.Start();
        await using var socket = await service.NextSocketAsync();

        await socket.SendAsync("""{"type":"PING"}""", WebSocketMessageType.Binary);

        await ShouldAnswerPingAsync(socket);
    }

    [Fact]
    public async Task Channel_DataAgainOrTooEarly_IsAcknowledgedAgainOrDropped()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions);
        client.Start();
        await using var socket = await service.NextSocketAsync();

        await socket.SendDataAsync(0, "0");
        await socket.SendDataAsync(2, "2");
        await socket.SendDataAsync(0, "0");
        await socket.SendDataAsync(1, "1");

        (await SeqOfAckAsync(socket)).ShouldBe(0);
        (await SeqOfAckAsync(socket)).ShouldBe(0);
        (await SeqOfAckAsync(socket)).ShouldBe(1);
        client.Channel.Close();
        var read = await client.Channel.ReadAllAsync().Select(data => data.GetInt32()).ToListAsync().AsTask().WaitAsync(TestPeer.Patience);
        read.ShouldBe([0, 1]);
    }

    [Fact]
    public async Task Channel_AckOfAnotherThanTheOldest_CountsForNothing()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions);
        client.Start();
        await using var socket = await service.NextSocketAsync();
        for (var i = 0; i < 3; i++)
        {
            await client.Channel.SendAsync(JsonElement.Parse($"{i}"));
            (await SeqOfDataAsync(socket)).ShouldBe(i);
        }

        await socket.SendAckAsync(1);
        await socket.SendAckAsync(0);
        await socket.SendAckAsync(5);
        await socket.SendAsync($$"""{"type":"PEER_CONNECTED","channelId":"{{ScriptedService.ChannelId}}"}""");

        (await SeqOfDataAsync(socket)).ShouldBe(1);
        (await SeqOfDataAsync(socket)).ShouldBe(2);
    }

    [Fact]
    public async Task Client_FrameOfAnotherChannel_IsIgnored()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions);
        client.Start();
        await using var socket = await service.NextSocketAsync();

        await socket.SendAsync("""{"type":"ERROR","channelId":"another","error":{"code":"CHANNEL_CLOSED"}}""");
        await socket.SendDataAsync(0, "1", "another");

        await ShouldAnswerPingAsync(socket);
        client.Channel.State.ShouldBe(ChannelState.Connected);
    }

    private static async Task ShouldAnswerPingAsync(ScriptedSocket socket)
    {
        await socket.SendAsync("""{"type":"PING"}""");
        (await socket.ReceiveAsync())!.Value.GetRawText().ShouldBe("""{"type":"PONG"}""");
    }

    private static async Task<int> SeqOfAckAsync(ScriptedSocket socket) => await SeqOfAsync(socket, "ACK");

    private static async Task<int> SeqOfDataAsync(ScriptedSocket socket) => await SeqOfAsync(socket, "DATA");

    private static async Task<int> SeqOfAsync(ScriptedSocket socket, string type)
    {
        var message = (await socket.ReceiveAsync())!.Value.GetProperty("message");
        message.GetProperty("type").GetString().ShouldBe(type);
        return message.GetProperty("seq").GetInt32();
    }
}
