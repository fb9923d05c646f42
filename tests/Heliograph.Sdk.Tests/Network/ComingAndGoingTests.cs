using System.Text.Json;

namespace Heliograph.Sdk.Tests;

/// <summary>Devices, clients and services that go and come back, as the other peer sees it.</summary>
public sealed class ComingAndGoingTests(ServiceFixture service)
{
    private const string FirstMessage = """{"type":"DATA","seq":0,"data":0}""";

    [Fact]
    public async Task Channel_DeviceRestartedSinceItsFirstMessage_FailsWithChannelNotFound()
    {
        var (registered, before, client, channelId) = await TalkAsync();
        await using var end = client;
        await before.SendMessageAsync(channelId, """{"type":"ACK","seq":0}""");
        await before.DrainAsync();
        await before.DisposeAsync();

        await using var after = new SignalingDevice(registered.DeviceOptions);
        await after.ConnectAsync().WaitAsync(TestPeer.Patience);
        await client.Channel.SendAsync(Number(1));

        await client.Channel.Completion.WaitAsync(TestPeer.Patience);
        client.Channel.State.ShouldBe(ChannelState.Failed);
        var error = client.Channel.Error.ShouldBeOfType<ChannelException>();
        error.Code.ShouldBe(SignalingErrorCodes.ChannelNotFound);
        error.IsRemote.ShouldBeTrue();
        after.Channels.ShouldBeEmpty();
        client.State.ShouldBe(ConnectionState.Connected);
    }

    [Fact]
    public async Task Channel_DeviceRestartedBeforeItTookTheFirstMessage_OpensThere()
    {
        var (registered, before, client, _) = await TalkAsync();
        await using var end = client;
        await before.DisposeAsync();

        await using var after = new SignalingDevice(registered.DeviceOptions);
        after.Start();
        await client.Channel.SendAsync(Number(1));

        var channel = await after.AcceptAllAsync().FirstAsync().AsTask().WaitAsync(TestPeer.Patience);
        (await ReadAsync(channel, 2)).ShouldBe([0, 1]);
    }

    [Fact]
    public async Task Channel_DeviceRestartedAndClientOnlyListens_FailsWithChannelNotFound()
    {
        var (registered, before, client, channelId) = await TalkAsync();
        await using var end = client;
        await before.SendMessageAsync(channelId, """{"type":"ACK","seq":0}""");
        await before.SendMessageAsync(channelId, FirstMessage);
        (await ReadAsync(client.Channel, 1)).ShouldBe([0]);
        await before.DrainAsync();
        await before.DisposeAsync();

        await using var after = new SignalingDevice(registered.DeviceOptions);
        after.Start();

        await client.Channel.Completion.WaitAsync(TestPeer.Patience);
        client.Channel.Error!.Code.ShouldBe(SignalingErrorCodes.ChannelNotFound);
    }

    [Fact]
    public async Task ClientsChannel_DeviceComesAndGoes_TellsSo()
    {
        var registered = await service.CreateDeviceAsync();
        await using var client = await ConnectAsync(registered);
        await client.Channel.SendAsync(Number(0));
        await Eventually.HoldsAsync("the device is away", () => client.Channel.State == ChannelState.Disconnected);

        await using (var device = new SignalingDevice(registered.DeviceOptions))
        {
            device.Start();
            await Eventually.HoldsAsync("the device is there", () => client.Channel.State == ChannelState.Connected);
            var channel = await device.AcceptAllAsync().FirstAsync().AsTask().WaitAsync(TestPeer.Patience);
            (await ReadAsync(channel, 1)).ShouldBe([0]);
        }

        await client.Channel.Completion.WaitAsync(TestPeer.Patience);
        client.Channel.State.ShouldBe(ChannelState.Closed);
    }

    [Fact]
    public async Task Channel_ServiceKilledInTheMiddle_LosesNothing()
    {
        const int messages = 200;
        using var folder = new TempFolder();
        var first = await HeliographProcess.ServeAsync(folder.Sub("data"));
        var registered = await ServiceFixture.RegisterAsync(first);
        await using var device = new SignalingDevice(registered.DeviceOptions);
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        await using var client = await ConnectAsync(registered);
        await client.Channel.SendAsync(Number(-1));
        var channel = await device.AcceptAllAsync().FirstAsync().AsTask().WaitAsync(TestPeer.Patience);
        (await ReadAsync(channel, 1)).ShouldBe([-1]);

        await SendAsync(client.Channel, 0, messages / 2);
        await SendAsync(channel, 0, messages / 2);
        await first.KillAsync();
        await SendAsync(client.Channel, messages / 2, messages);
        await SendAsync(channel, messages / 2, messages);
        await using var second = await HeliographProcess.ServeAsync(folder.Sub("data"), "--listen", first.BaseUrl);
        await first.DisposeAsync();

        (await ReadAsync(channel, messages)).ShouldBe(Enumerable.Range(0, messages));
        (await ReadAsync(client.Channel, messages)).ShouldBe(Enumerable.Range(0, messages));
    }

    [Fact]
    public async Task Handlers_OneBlocksAndOneThrows_HarmNoOther()
    {
        var registered = await service.CreateDeviceAsync();
        await using var device = new SignalingDevice(registered.DeviceOptions);
        using var release = new ManualResetEventSlim();
        using var end = new CancellationTokenSource();
        var running = device.RunAsync(
            async (channel, cancellationToken) =>
            {
                channel.StateChanged += (_, _) => release.Wait(CancellationToken.None);
                await foreach (var data in channel.ReadAllAsync(cancellationToken))
                {
                    switch (data.GetInt32())
                    {
                        case 0:
                            // Not awaited: it holds its thread.
                            release.Wait(CancellationToken.None);
                            break;
                        case 1:
                            throw new InvalidOperationException("A handler's own failure.");
                        default:
                            await channel.SendAsync(data, cancellationToken);
                            break;
                    }
                }
            },
            end.Token);
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        await using var blocked = await ConnectAsync(registered);
        await using var failed = await ConnectAsync(registered);
        await using var served = await ConnectAsync(registered);

        await blocked.Channel.SendAsync(Number(0));
        await failed.Channel.SendAsync(Number(1));
        await served.Channel.SendAsync(Number(2));

        (await ReadAsync(served.Channel, 1)).ShouldBe([2]);
        await failed.Channel.Completion.WaitAsync(TestPeer.Patience);
        failed.Channel.Error!.Code.ShouldBe(SignalingErrorCodes.InternalError);
        failed.Channel.Error.Message.ShouldNotContain("own failure");
        blocked.Channel.State.ShouldBe(ChannelState.Connected);
        release.Set();
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running.WaitAsync(TestPeer.Patience));
    }

    /// <summary>A client whose first message has reached a device, which has not answered and will not come back as it was.</summary>
    private async Task<(TestDevice Registered, TestPeer Before, SignalingClient Client, string ChannelId)> TalkAsync()
    {
        var registered = await service.CreateDeviceAsync();
        var before = await service.Api.OpenDeviceAsync(registered.Address, registered.DeviceKey);
        var client = await ConnectAsync(registered);
        await client.Channel.SendAsync(Number(0));
        return (registered, before, client, await ReceiveFirstAsync(before));
    }

    private static JsonElement Number(int number) => JsonElement.Parse($"{number}");

    private static async Task<SignalingClient> ConnectAsync(TestDevice registered)
    {
        var client = new SignalingClient(registered.ClientOptions);
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
        return client;
    }

    private static async Task SendAsync(SignalingChannel channel, int from, int to)
    {
        for (var i = from; i < to; i++)
            await channel.SendAsync(Number(i));
    }

    private static async Task<List<int>> ReadAsync(SignalingChannel channel, int count) =>
        await channel.ReadAllAsync().Select(data => data.GetInt32()).Take(count).ToListAsync().AsTask().WaitAsync(TestPeer.Patience);

    /// <summary>The first message of a client, as a device gets it that does not answer.</summary>
    /// <returns>The channel's ID.</returns>
    private static async Task<string> ReceiveFirstAsync(TestPeer device)
    {
        while (true)
        {
            var frame = await device.ReceiveJsonAsync();
            if (frame.Text("type") != "MESSAGE")
                continue;
            frame["message"]!.ToJsonString().ShouldBe(FirstMessage);
            return frame.Text("channelId");
        }
    }
}
