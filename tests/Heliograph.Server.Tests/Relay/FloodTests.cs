using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>Floods of what the service must answer, and peers that don't read.</summary>
public class FloodTests : IAsyncLifetime
{
    private const int SmallBuffer = 4096;
    private const int Flood = 20_000;

    /// <summary>Answers that a reading peer lets wait at most: they fit into the outbox, whoever is quicker.</summary>
    private const int Window = 1000;

    private readonly SigningKey _key = new();
    private TestService _service = null!;
    private Protocol.ProductId _product;

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync(settings =>
        {
            settings.Relay.OutboxSize = 128 * 1024;
            settings.Relay.CloseTimeout = TimeSpan.FromMilliseconds(200);
        });
        _product = await _service.Api.CreateProductAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Pings_OfAPeerThatReads_AreAllAnsweredInOrder()
    {
        await using var pair = await OpenPairAsync();

        for (var i = 0; i < Flood; i += Window)
        {
            await pair.Client.SendAsync([.. Enumerable.Range(i, Window).Select(x => new RawFrame(RawFrame.Ping, BitConverter.GetBytes(x)))]);
            for (var j = i; j < i + Window; j++)
                BitConverter.ToInt32((await pair.Client.ReadFrameAsync())!.Payload).ShouldBe(j);
        }

        await pair.ShouldRelayAsync("1");
    }

    [Fact]
    public async Task JsonPings_OfAPeerThatReads_AreAllAnswered()
    {
        await using var pair = await OpenPairAsync();
        var window = Enumerable.Repeat(RawFrame.OfText("""{"type":"PING"}"""), Window).ToArray();

        for (var i = 0; i < Flood; i += Window)
        {
            await pair.Client.SendAsync(window);
            for (var j = 0; j < Window; j++)
                (await pair.Client.ReadTextAsync()).ShouldBe("""{"type":"PONG"}""");
        }

        await pair.ShouldRelayAsync("1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pings_OfAPeerThatDoesNotRead_EndIt(bool isJson)
    {
        await using var pair = await OpenPairAsync();
        var (flooder, _) = await _service.Api.OpenRawClientAsync(pair.Address, SmallBuffer);
        await using var _ = flooder;
        using var ended = new Counter(_service, "heliograph.connections.ended", "reason");
        (await pair.Device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");

        var ping = isJson ? RawFrame.OfText("""{"type":"PING"}""") : new RawFrame(RawFrame.Ping, new byte[100]);
        await FloodAsync(flooder, Enumerable.Repeat(ping, 1000).SelectMany(x => x.ToBytes()).ToArray(), () => pair.ShouldRelayAsync("1"));

        await Eventually.HoldsAsync("The flooder is gone", () => ended.Of("slow_consumer") == 1);
        await pair.ShouldRelayAsync("2");
    }

    [Fact]
    public async Task Device_ThatDoesNotRead_IsEndedAndItsClientsAreTold()
    {
        await using var pair = await OpenPairAsync();
        var address = await _service.Api.CreateDeviceAsync(_product, _key);
        await using var device = await _service.Api.OpenRawDeviceAsync(address, _key, SmallBuffer);
        await device.DrainAsync();
        var (flooder, channel) = await _service.Api.OpenRawClientAsync(address);
        await using var _ = flooder;
        using var overflows = new Counter(_service, "heliograph.outbox.overflows", "");
        var offline = $$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""";

        // One message at a time, so that the client reads what it is told; it is told nothing until the outbox is full.
        var message = $"\"{new string('x', 16_000)}\"";
        var isTold = false;
        for (var i = 0; i < 10_000 && !isTold; i++)
        {
            await flooder.SendMessageAsync(channel, message);
            isTold = (await flooder.DrainAsync()).Contains(offline);
            if (i % 100 == 0)
                await pair.ShouldRelayAsync($"{i}");
        }

        isTold.ShouldBeTrue();
        overflows.Of("").ShouldBe(1);
        await flooder.SendMessageAsync(channel, "1");
        (await flooder.ReadTextAsync()).ShouldBe(offline);
        await pair.ShouldRelayAsync("\"end\"");
        await Eventually.HoldsAsync("The device is gone", async () =>
            (await _service.Api.ConnectClientAsync(address)).Json["deviceOnline"]!.GetValue<bool>() ? "it is online" : null);
    }

    [Fact]
    public async Task Client_ThatDoesNotRead_IsEndedAndItsDeviceIsTold()
    {
        var address = await _service.Api.CreateDeviceAsync(_product, _key);
        await using var device = await _service.Api.OpenDeviceAsync(address, _key);
        await device.DrainAsync();
        var (slow, slowChannel) = await _service.Api.OpenRawClientAsync(address, SmallBuffer);
        await using var _ = slow;
        var (quick, quickChannel) = await _service.Api.OpenRawClientAsync(address);
        await using var __ = quick;
        for (var i = 0; i < 2; i++)
            (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");

        var message = $"\"{new string('x', 16_000)}\"";
        IReadOnlyList<string> told = [];
        for (var i = 0; i < 10_000 && told.Count == 0; i++)
        {
            await device.SendMessageAsync(slowChannel, message);
            told = await device.DrainAsync();
            if (i % 100 == 0)
            {
                await device.SendMessageAsync(quickChannel, $"{i}");
                (await quick.ReadTextAsync()).ShouldContain($"\"message\":{i}}}");
            }
        }

        // Told once for all that was waiting, and for the one that found the outbox full.
        told.ShouldAllBe(x => x == $$"""{"type":"PEER_OFFLINE","channelId":"{{slowChannel}}"}""");
        told.Count.ShouldBeInRange(1, 2);
    }

    private async Task<RawPair> OpenPairAsync() =>
        await RawPair.OpenAsync(_service.Api, await _service.Api.CreateDeviceAsync(_product, _key), _key);

    /// <summary>Writes without reading until the service cuts the connection or takes no more.</summary>
    private static async Task FloodAsync(RawWebSocket flooder, byte[] bytes, Func<Task> whileFlooding)
    {
        for (var i = 0; i < 10_000; i++)
        {
            try
            {
                await flooder.SendAsync(bytes);
            }
            catch (IOException)
            {
                return;
            }

            if (i % 20 == 0)
                await whileFlooding();
        }

        throw new InvalidOperationException("The flood was taken to its end.");
    }
}
