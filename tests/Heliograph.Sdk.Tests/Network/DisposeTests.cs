using System.Text.Json;

namespace Heliograph.Sdk.Tests;

/// <summary>Ending a peer in each of its states, with whatever hangs below it: quickly, and with nothing left behind.</summary>
public sealed class DisposeTests
{
    /// <summary>The two seconds that a close frame's answer is waited for, with a wide margin.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Device_NotStarted_EndsAndStaysEnded()
    {
        await using var service = await ScriptedService.StartAsync();
        var device = new SignalingDevice(service.DeviceOptions);

        await device.DisposeAsync().AsTask().WaitAsync(Soon);
        device.Start();

        device.State.ShouldBe(ConnectionState.Closed);
        await Should.ThrowAsync<ConnectionException>(device.ConnectAsync().WaitAsync(Soon));
        (await device.AcceptAllAsync().ToListAsync().AsTask().WaitAsync(Soon)).ShouldBeEmpty();
        await device.DisposeAsync().AsTask().WaitAsync(Soon);
        service.Connects.ShouldBe(0);
    }

    [Theory]
    [InlineData("connect")]
    [InlineData("handshake")]
    [InlineData("retry")]
    [InlineData("token")]
    public async Task Device_OnItsWay_EndsAtOnceAndLeavesNoConnection(string where)
    {
        await using var service = await ScriptedService.StartAsync();
        await using var proxy = new CuttingProxy(service.Endpoint);
        var handler = proxy.CreateHandler();
        var hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task HangAsync(Microsoft.AspNetCore.Http.HttpContext context)
        {
            hanging.TrySetResult();
            return ScriptedService.HangAsync(context);
        }

        var options = service.DeviceOptions with { TimeProvider = _clock, HttpHandler = handler };
        if (where == "connect")
            service.OnConnect = HangAsync;
        if (where == "handshake")
            service.OnSocket = HangAsync;
        if (where == "retry")
            service.OnConnect = ScriptedService.Refuse(System.Net.HttpStatusCode.ServiceUnavailable);
        if (where == "token")
        {
            options = options with
            {
                Tokens = new StubTokens(() =>
                {
                    hanging.TrySetResult();
                    return new TaskCompletionSource<string>().Task;
                }),
            };
        }

        var device = new SignalingDevice(options);
        device.Start();
        await (where == "retry" ? _clock.RetryOfAsync(device) : hanging.Task.WaitAsync(TestPeer.Patience));

        await device.DisposeAsync().AsTask().WaitAsync(Soon);

        device.State.ShouldBe(ConnectionState.Closed);
        _clock.Pending.ShouldBeEmpty();
        await Should.ThrowAsync<ConnectionException>(device.ConnectAsync());
        handler.Dispose();
        await Eventually.HoldsAsync("no connection is left", () => proxy.Open == 0);
    }

    [Theory]
    [InlineData(FateKind.None)]
    [InlineData(FateKind.Swallow)]
    public async Task Client_Connected_EndsSoonAndLeavesNoConnection(FateKind network)
    {
        await using var service = await ScriptedService.StartAsync();
        await using var proxy = new CuttingProxy(service.Endpoint);
        var handler = proxy.CreateHandler();
        var client = new SignalingClient(service.ClientOptions with { HttpHandler = handler });
        client.Start();
        await using var socket = await service.NextSocketAsync();
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
        await client.Channel.SendAsync(JsonElement.Parse("1"));
        proxy.Cut(network);

        // The service never answers the close frame.
        await client.DisposeAsync().AsTask().WaitAsync(Soon);

        client.State.ShouldBe(ConnectionState.Closed);
        client.Channel.State.ShouldBe(ChannelState.Closed);
        handler.Dispose();
        await Eventually.HoldsAsync("no connection is left", () => proxy.Open == 0);
    }

    [Fact]
    public async Task Client_MessagesSentAndDisposedAtOnce_AllArriveBeforeTheEnd()
    {
        await using var service = await ScriptedService.StartAsync();
        var client = new SignalingClient(service.ClientOptions);
        client.Start();
        await using var socket = await service.NextSocketAsync();
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);

        for (var i = 0; i < 500; i++)
            await client.Channel.SendAsync(JsonElement.Parse($"{i}"));
        var disposing = client.DisposeAsync().AsTask();

        for (var i = 0; i < 500; i++)
            (await socket.ReceiveAsync())!.Value.GetProperty("message").GetProperty("seq").GetInt32().ShouldBe(i);
        (await socket.ReceiveAsync())!.Value.GetProperty("error").GetProperty("code").GetString().ShouldBe("CHANNEL_CLOSED");
        (await socket.ReceiveAsync()).ShouldBeNull();
        socket.Cut();
        await disposing.WaitAsync(Soon);
    }

    [Fact]
    public async Task Run_ChannelOpenedWhileTheDeviceIsDisposed_Ends()
    {
        await using var service = await ScriptedService.StartAsync();
        var device = new SignalingDevice(service.DeviceOptions);
        var running = device.RunAsync((channel, _) => channel.Completion);
        await using var socket = await service.NextSocketAsync();
        await socket.SendDataAsync(0, "1", "first");
        (await socket.ReceiveAsync())!.Value.GetProperty("channelId").GetString().ShouldBe("first");

        var disposing = device.DisposeAsync().AsTask();
        // Its close frame has not been answered yet: it still reads.
        while (await socket.ReceiveAsync() is not null)
        {
            // What it sends before its close frame.
        }

        await socket.SendDataAsync(0, "1", "second");
        await socket.CloseAsync();

        await disposing.WaitAsync(Soon);
        await running.WaitAsync(Soon);
        device.Channels.ShouldBeEmpty();
    }
}
