using System.Text.Json;

namespace Heliograph.Sdk.Tests;

/// <summary>What a channel and a device hold at most, and what happens then.</summary>
public sealed class ChannelLimitTests
{
    private static readonly JsonElement Kilobyte = JsonElement.Parse($"\"{new string('x', 1000)}\"");

    [Fact]
    public async Task Send_UnacknowledgedBytesAtTheLimit_WaitsForAcks()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions with { MaxUnacknowledgedBytes = 2000 });
        client.Start();
        await using var socket = await service.NextSocketAsync();
        await client.Channel.SendAsync(Kilobyte);
        await client.Channel.SendAsync(Kilobyte);

        var sending = client.Channel.SendAsync(Kilobyte).AsTask();
        sending.IsCompleted.ShouldBeFalse();
        await socket.SendAckAsync(0);

        await sending.WaitAsync(TestPeer.Patience);
    }

    [Fact]
    public async Task Send_WaitsForRoomAndIsCancelled_IsNotSent()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions with { MaxUnacknowledgedBytes = 1000 });
        client.Start();
        await using var socket = await service.NextSocketAsync();
        await client.Channel.SendAsync(Kilobyte);
        using var cancellation = new CancellationTokenSource();

        var sending = client.Channel.SendAsync(Kilobyte, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(sending.WaitAsync(TestPeer.Patience));
        await socket.SendAckAsync(0);
        await client.Channel.SendAsync(JsonElement.Parse("2")).AsTask().WaitAsync(TestPeer.Patience);

        await socket.ReceiveAsync();
        (await socket.ReceiveAsync())!.Value.GetProperty("message").GetProperty("data").GetRawText().ShouldBe("2");
    }

    [Fact]
    public async Task Send_WaitsForRoomAndTheChannelEnds_Throws()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions with { MaxUnacknowledgedBytes = 1000 });
        await client.Channel.SendAsync(Kilobyte);
        var sending = client.Channel.SendAsync(Kilobyte).AsTask();

        client.Channel.Close();

        (await Should.ThrowAsync<ChannelException>(sending.WaitAsync(TestPeer.Patience))).Code.ShouldBe(SignalingErrorCodes.ChannelClosed);
        await Should.ThrowAsync<ChannelException>(client.Channel.SendAsync(Kilobyte).AsTask());
    }

    [Fact]
    public async Task Send_DataTooLarge_ThrowsAndTheChannelLives()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions with { MaxMessageBytes = 1024 });

        await Should.ThrowAsync<ArgumentException>(async () => await client.Channel.SendAsync(Kilobyte));

        client.Channel.State.ShouldBe(ChannelState.New);
    }

    [Fact]
    public async Task Send_FromManyThreads_EachArrivesOnce()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions);
        client.Start();
        await using var socket = await service.NextSocketAsync();

        var sending = Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
                await client.Channel.SendAsync(JsonElement.Parse($"[{thread},{i}]"));
        })));
        var received = new List<(int Thread, int Number)>();
        var seq = 0;
        while (received.Count < 800)
        {
            var message = (await socket.ReceiveAsync())!.Value.GetProperty("message");
            // What was sent before the connection had opened may come twice, as after every opening.
            if (message.GetProperty("seq").GetInt32() != seq)
                continue;
            seq++;
            received.Add((message.GetProperty("data")[0].GetInt32(), message.GetProperty("data")[1].GetInt32()));
        }

        await sending;
        foreach (var thread in received.GroupBy(x => x.Thread))
            thread.Select(x => x.Number).ShouldBe(Enumerable.Range(0, 100));
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(1000, 5)]
    public async Task Channel_MoreUnreadThanTheLimit_FailsAndTellsThePeer(int bytes, int fitting)
    {
        await using var service = await ScriptedService.StartAsync();
        // Each message counts 512 bytes besides its own.
        await using var client = new SignalingClient(service.ClientOptions with { MaxUnreadBytes = 16 * 516 });
        client.Start();
        await using var socket = await service.NextSocketAsync();

        for (var i = 0; i <= fitting; i++)
            await socket.SendDataAsync(i, $"\"{new string('x', bytes)}\"");

        await client.Channel.Completion.WaitAsync(TestPeer.Patience);
        client.Channel.Error!.Code.ShouldBe(SignalingErrorCodes.InternalError);
        for (var i = 0; i <= fitting; i++)
            (await socket.ReceiveAsync())!.Value.GetProperty("message").GetProperty("type").GetString().ShouldBe("ACK");
        (await socket.ReceiveAsync())!.Value.GetProperty("error").GetProperty("code").GetString().ShouldBe("INTERNAL_ERROR");
        var read = 0;
        await Should.ThrowAsync<ChannelException>(async () =>
        {
            await foreach (var _ in client.Channel.ReadAllAsync())
                read++;
        });
        read.ShouldBe(fitting);
    }

    [Fact]
    public async Task Channel_PeerComesBackAgainAndAgain_IsSentAllButHeldOnce()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var device = new SignalingDevice(service.DeviceOptions);
        device.Start();
        await using var socket = await service.NextSocketAsync();
        await socket.SendDataAsync(0, "0");
        var channel = await device.AcceptAllAsync().FirstAsync().AsTask().WaitAsync(TestPeer.Patience);
        await socket.ReceiveAsync();
        for (var i = 0; i < 1000; i++)
            await channel.SendAsync(Kilobyte);

        // Nothing is read meanwhile: a network that is slower than the client comes back.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 200; i++)
            await socket.SendAsync($$"""{"type":"PEER_CONNECTED","channelId":"{{ScriptedService.ChannelId}}"}""");
        await socket.SendDataAsync(1, "1");
        var seen = new HashSet<int>();
        while (true)
        {
            var message = (await socket.ReceiveAsync())!.Value.GetProperty("message");
            if (message.GetProperty("type").GetString() == "ACK")
                break;
            seen.Add(message.GetProperty("seq").GetInt32());
        }

        seen.Count.ShouldBe(1000);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(100 * 1024 * 1024);
    }

    [Fact]
    public async Task Device_ServiceFindsAMessageTooLarge_FailsItsChannelAlone()
    {
        var clock = new ManualTimeProvider();
        await using var service = await ScriptedService.StartAsync();
        await using var device = new SignalingDevice(service.DeviceOptions with { TimeProvider = clock, MaxMessageBytes = 1024 * 1024 });
        device.Start();
        await using var first = await service.NextSocketAsync();
        await first.SendDataAsync(0, "0", "large");
        await first.SendDataAsync(0, "0", "small");
        var channels = await device.AcceptAllAsync().Take(2).ToListAsync().AsTask().WaitAsync(TestPeer.Patience);
        await channels[1].SendAsync(Kilobyte);
        await channels[0].SendAsync(JsonElement.Parse($"\"{new string('x', 100_000)}\""));
        while ((await first.ReceiveAsync())!.Value.GetRawText().Length < 100_000)
        {
            // Acks and the small one.
        }

        await first.CloseAsync(1009);
        clock.Advance(await clock.RetryOfAsync(device));
        await using var second = await service.NextSocketAsync();

        await channels[0].Completion.WaitAsync(TestPeer.Patience);
        channels[0].Error!.Message.ShouldContain("MaxMessageBytes");
        var frames = new[] { (await second.ReceiveAsync())!.Value, (await second.ReceiveAsync())!.Value };
        frames.Single(frame => frame.GetProperty("type").GetString() == "ERROR").GetProperty("channelId").GetString().ShouldBe("large");
        frames.Single(frame => frame.GetProperty("type").GetString() == "MESSAGE").GetProperty("channelId").GetString().ShouldBe("small");
        channels[1].State.ShouldBe(ChannelState.Connected);
    }

    [Fact]
    public async Task Device_NoRoom_AsksWhoIsThereAndLetsGoOfOneThatIsNot()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var device = new SignalingDevice(service.DeviceOptions with { MaxChannels = 3 });
        device.Start();
        await using var socket = await service.NextSocketAsync();
        var accepting = device.AcceptAllAsync().Take(4).ToListAsync().AsTask();
        foreach (var id in new[] { "a", "b", "c" })
        {
            await socket.SendDataAsync(0, "0", id);
            (await socket.ReceiveAsync())!.Value.GetProperty("channelId").GetString().ShouldBe(id);
        }

        await socket.SendDataAsync(0, "0", "d");
        var probed = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var probe = (await socket.ReceiveAsync())!.Value;
            probe.GetProperty("message").GetRawText().ShouldBe("""{"type":"ACK","seq":0}""");
            probed.Add(probe.GetProperty("channelId").GetString()!);
        }

        probed.Order().ShouldBe(["a", "b", "c"]);
        await ShouldRefuseAsync("d");
        foreach (var id in new[] { "b", "a" })
            await socket.SendAsync($$"""{"type":"PEER_OFFLINE","channelId":"{{id}}"}""");
        await socket.SendDataAsync(0, "0", "e");
        (await socket.ReceiveAsync())!.Value.GetProperty("channelId").GetString().ShouldBe("e");

        (await accepting.WaitAsync(TestPeer.Patience)).Select(channel => channel.Id).ShouldBe(["a", "b", "c", "e"]);
        device.Channels.Select(channel => channel.Id).Order().ShouldBe(["a", "c", "e"]);

        async Task ShouldRefuseAsync(string id)
        {
            var refusal = (await socket.ReceiveAsync())!.Value;
            refusal.GetProperty("channelId").GetString().ShouldBe(id);
            refusal.GetProperty("error").GetProperty("code").GetString().ShouldBe("NO_MORE_CHANNELS");
        }
    }
}
