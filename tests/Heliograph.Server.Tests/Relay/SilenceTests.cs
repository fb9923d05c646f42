using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>Peers that fall silent, or stop in the middle of something.</summary>
public class SilenceTests
{
    [Fact]
    public async Task Peer_ThatAnswersPings_LivesOn()
    {
        await using var service = await StartAsync();
        var (pair, key) = await OpenPairAsync(service);
        await using var _ = pair;
        using var __ = key;

        for (var i = 0; i < 5; i++)
        {
            var ping = (await pair.Client.ReadFrameAsync())!;
            ping.Opcode.ShouldBe(RawFrame.Ping);
            await pair.Client.SendAsync(new RawFrame(RawFrame.Pong, ping.Payload));
        }

        await pair.ShouldRelayAsync("1");
    }

    [Fact]
    public async Task Client_ThatAnswersNoPing_IsClosedAndItsDeviceIsTold()
    {
        await using var service = await StartAsync();
        var (pair, key) = await OpenPairAsync(service);
        await using var _ = pair;
        using var __ = key;

        (await pair.Client.ReadFrameAsync())!.Opcode.ShouldBe(RawFrame.Ping);

        (await pair.Client.ReadCloseAsync()).ShouldBe(4003);
        await pair.Device.SendMessageAsync(pair.Channel, "1");
        (await pair.Device.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{pair.Channel}}"}""");
    }

    [Fact]
    public async Task Device_ThatAnswersNothingAtAll_IsCutAndItsClientIsTold()
    {
        using var key = new SigningKey();
        await using var service = await StartAsync();
        var address = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        await using var device = await service.Api.OpenRawDeviceAsync(address, key);
        await device.DrainAsync();
        var (client, channel, _) = await service.Api.OpenClientAsync(address);
        await using var __ = client;
        (await device.ReadTextAsync()).ShouldContain("PEER_CONNECTED");

        // Not even the close frame is answered: the service cuts the connection, and the read ends.
        await device.ReadToEndAsync();

        await client.SendMessageAsync(channel, "1");
        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");
        await Eventually.HoldsAsync("The device counts as offline", async () =>
            (await service.Api.ConnectClientAsync(address)).Json["deviceOnline"]!.GetValue<bool>() ? "it is online" : null);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(40)]
    public async Task Frame_BegunAndNotFinished_IsClosedWith4004(int bytes)
    {
        await using var service = await StartAsync(messageTimeout: 0.4, pingInterval: 60);
        var (pair, key) = await OpenPairAsync(service);
        await using var _ = pair;
        using var __ = key;

        await pair.Client.SendAsync(RawFrame.OfText(pair.Message("1")).ToBytes().AsMemory(0, bytes));

        (await pair.Client.ReadCloseAsync()).ShouldBe(4004);
    }

    [Fact]
    public async Task Message_BegunAndNotFinished_IsClosedWith4004DespitePings()
    {
        await using var service = await StartAsync(messageTimeout: 0.4, pingInterval: 60);
        var (pair, key) = await OpenPairAsync(service);
        await using var _ = pair;
        using var __ = key;

        // Pings between the fragments show that the peer lives; the message is late all the same.
        await pair.Client.SendAsync(RawFrame.OfText("{") with { IsFinal = false });
        var closing = pair.Client.ReadCloseAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var until = Environment.TickCount64 + (long)TestPeer.Patience.TotalMilliseconds;
        while (!closing.IsCompleted && Environment.TickCount64 < until && await timer.WaitForNextTickAsync())
        {
            try
            {
                await pair.Client.SendAsync(new RawFrame(RawFrame.Ping, []));
            }
            catch (IOException)
            {
                break;
            }
        }

        closing.IsCompleted.ShouldBeTrue("the message may stay unfinished for ever");
        (await closing).ShouldBe(4004);
    }

    [Fact]
    public async Task Peer_ThatIsAlwaysInTheMiddleOfAFrame_LivesOnWhileItFinishesMessages()
    {
        await using var service = await StartAsync(messageTimeout: 1, pingInterval: 60);
        var (pair, key) = await OpenPairAsync(service);
        await using var _ = pair;
        using var __ = key;

        // Each piece ends one message and begins the next, as in a busy stream.
        var frame = RawFrame.OfText(pair.Message("1")).ToBytes();
        await pair.Client.SendAsync(frame.AsMemory(0, 10));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var i = 0; i < 120; i++)
        {
            await pair.Client.SendAsync((byte[])[.. frame.AsSpan(10), .. frame.AsSpan(0, 10)]);
            await pair.ShouldReceiveAsync("1");
            await timer.WaitForNextTickAsync();
        }
    }

    [Fact]
    public async Task Slowloris_ManyUnfinishedFrames_AreAllEndedWhileOthersRelay()
    {
        await using var service = await StartAsync(messageTimeout: 0.4, pingInterval: 60);
        var (pair, key) = await OpenPairAsync(service);
        await using var _ = pair;
        using var __ = key;
        using var ended = new Counter(service, "heliograph.connections.ended", "reason");

        var slow = new List<RawWebSocket>();
        for (var i = 0; i < 300; i++)
        {
            var (socket, _) = await service.Api.OpenRawClientAsync(pair.Address);
            slow.Add(socket);
            await socket.SendAsync((byte[])[0x81]);
        }

        foreach (var socket in slow)
        {
            (await socket.ReadCloseAsync()).ShouldBe(4004);
            await socket.DisposeAsync();
        }

        await pair.Device.DrainAsync();
        await pair.ShouldRelayAsync("1");
        await Eventually.HoldsAsync("All are gone", () => ended.Of("message_timeout") == 300);
    }

    [Fact]
    public async Task Peer_ThatSendsButReadsNothing_IsEnded()
    {
        await using var service = await StartAsync();
        var (pair, key) = await OpenPairAsync(service);
        await using var _ = pair;
        using var __ = key;
        var (slow, channel) = await service.Api.OpenRawClientAsync(pair.Address, receiveBuffer: 4096);
        await using var ___ = slow;
        using var ended = new Counter(service, "heliograph.connections.ended", "reason");
        using var overflows = new Counter(service, "heliograph.outbox.overflows", "");

        // More than its socket takes, and far less than may wait for it: what is too much alone does not end it.
        var message = $"\"{new string('x', 16_000)}\"";
        for (var i = 0; i < 800; i++)
            await pair.Device.SendMessageAsync(channel, message);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var until = Environment.TickCount64 + (long)TestPeer.Patience.TotalMilliseconds;
        while (ended.Of("slow_consumer") == 0 && Environment.TickCount64 < until && await timer.WaitForNextTickAsync())
        {
            try
            {
                await slow.SendAsync(new RawFrame(RawFrame.Pong, []));
                await pair.Client.SendAsync(new RawFrame(RawFrame.Pong, []));
                await pair.Device.SendAsync("""{"type":"PONG"}""");
            }
            catch (IOException)
            {
                break;
            }
        }

        await Eventually.HoldsAsync("It is gone", () => ended.Of("slow_consumer") == 1);
        overflows.Of("").ShouldBe(1);
    }

    private static Task<TestService> StartAsync(double messageTimeout = 60, double pingInterval = 0.3) =>
        TestService.StartAsync(settings =>
        {
            settings.Relay.PingInterval = TimeSpan.FromSeconds(pingInterval);
            // Long enough for the peers that answer, on a busy machine.
            settings.Relay.PingTimeout = TimeSpan.FromSeconds(3);
            settings.Relay.MessageTimeout = TimeSpan.FromSeconds(messageTimeout);
            settings.Relay.CloseTimeout = TimeSpan.FromSeconds(0.5);
            settings.Relay.OutboxSize = 64 * 1024 * 1024;
        });

    private static async Task<(RawPair Pair, SigningKey Key)> OpenPairAsync(TestService service)
    {
        var key = new SigningKey();
        var address = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        return (await RawPair.OpenAsync(service.Api, address, key), key);
    }
}
