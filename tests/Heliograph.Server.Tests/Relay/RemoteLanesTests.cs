using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Relay;

/// <summary>Messages to other nodes: in order on a channel, and no channel held up by another's node.</summary>
public sealed class RemoteLanesTests : IAsyncLifetime
{
    private readonly FakeBackplane _backplane = new();
    private readonly SigningKey _key = new();
    private TestService _service = null!;
    private DeviceAddress _address;

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync(build: builder => builder.Services.AddSingleton<IBackplane>(_backplane));
        _address = await _service.Api.CreateDeviceAsync(await _service.Api.CreateProductAsync(), _key);
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Send_ToANodeThatDoesNotAnswer_HoldsUpNoOtherChannelAndNoPing()
    {
        var (hung, fine) = (ChannelId.New(), ChannelId.New());
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _backplane.OnSend = to => to.Channel == hung ? new(answer.Task) : new(true);
        await using var device = await _service.Api.OpenDeviceAsync(_address, _key);

        await device.SendMessageAsync(hung.ToString(), "1");
        await device.SendMessageAsync(fine.ToString(), "2");
        await device.DrainAsync();

        _backplane.Sent.Select(x => x.To.Channel).ShouldBe([hung, fine]);
        answer.SetResult(false);
        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{hung}}"}""");
    }

    [Fact]
    public async Task Send_SecondOfAChannel_WaitsForTheFirst()
    {
        var channel = ChannelId.New();
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _backplane.OnSend = _ => new(answer.Task);
        await using var device = await _service.Api.OpenDeviceAsync(_address, _key);

        await device.SendMessageAsync(channel.ToString(), "1");
        await device.SendMessageAsync(channel.ToString(), "2");
        await device.DrainAsync();
        _backplane.Sent.Count.ShouldBe(1);

        answer.SetResult(true);
        await Eventually.HoldsAsync("the second is sent", () => _backplane.Sent.Count == 2);
        _backplane.Sent.Select(x => x.Text[^2]).ShouldBe(['1', '2']);
    }

    [Fact]
    public async Task Send_WhileAnEarlierOneIsElsewhere_DoesNotOvertakeItToAReceiverThatHasComeHere()
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _backplane.OnSend = _ => new(answer.Task);
        var (client, channel, _) = await _service.Api.OpenClientAsync(_address);
        await using var _ = client;
        await client.SendMessageAsync(channel, "1");
        await client.DrainAsync();

        // The first is on its way to where the device was; the device comes here, and the second must not be there before it.
        await using var device = await _service.Api.OpenDeviceAsync(_address, _key);
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        await client.SendMessageAsync(channel, "2");
        await client.DrainAsync();
        answer.SetResult(false);

        (await device.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(1);
        (await device.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task Send_MoreThanMayBeOnItsWay_IsReadNoFurtherAndLosesNothing()
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var small = await TestService.StartAsync(
            settings => settings.Relay.OutboxSize = settings.Relay.MaxMessageSize,
            build: builder => builder.Services.AddSingleton<IBackplane>(_backplane));
        var address = await small.Api.CreateDeviceAsync(await small.Api.CreateProductAsync(), _key);
        _backplane.OnSend = _ => new(answer.Task);
        var (client, channel, _) = await small.Api.OpenClientAsync(address);
        await using var _ = client;
        var large = $"\"{new string('x', 60_000)}\"";

        await client.SendMessageAsync(channel, large);
        await client.SendMessageAsync(channel, large);
        await client.SendAsync("""{"type":"PING"}""");
        answer.SetResult(true);

        // Read on when there was room: all of it was taken, in order.
        (await client.ReceiveAsync()).ShouldBe("""{"type":"PONG"}""");
        await Eventually.HoldsAsync("both are sent", () => _backplane.Sent.Count(x => x.Text.Length > 60_000) == 2);
    }

    [Fact]
    public async Task Messages_BehindOneThatWaitsForRoom_AreAllSent()
    {
        // The second waits for room while the first is on its way, which ends at any moment: also when the sender has just been told to wait.
        const int rounds = 3_000;
        var random = new Random(1);
        await using var service = await TestService.StartAsync(
            settings =>
            {
                settings.Relay.MaxMessageSize = 1024;
                settings.Relay.OutboxSize = settings.Relay.MaxMessageSize;
            },
            build: builder => builder.Services.AddSingleton<IBackplane>(_backplane));
        var address = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), _key);
        var (client, channel) = await service.Api.OpenRawClientAsync(address);
        await using var _ = client;
        // The device is told of the client first.
        await client.DrainAsync();
        using var sent = new SemaphoreSlim(0);
        _backplane.OnSend = _ =>
        {
            sent.Release();
            var spins = random.Next(300);
            return new(Task.Run(() =>
            {
                Thread.SpinWait(spins);
                return true;
            }));
        };
        var text = new string('x', 800);

        for (var i = 0; i < rounds; i++)
        {
            await client.SendAsync([.. Enumerable.Range(0, 3).Select(x =>
                RawFrame.OfText($$"""{"type":"MESSAGE","channelId":"{{channel}}","message":"{{text}}{{x}}"}"""))]);
            for (var x = 0; x < 3; x++)
                (await sent.WaitAsync(TestPeer.Patience)).ShouldBeTrue($"message {x} of round {i} is not sent");
        }

        _backplane.Sent.Where(x => x.Text.Length > text.Length).Select(x => x.Text[^3] - '0').ShouldBe(Enumerable.Range(0, 3 * rounds).Select(x => x % 3));
    }

    [Fact]
    public async Task Error_FollowedAtOnceByTheSendersClose_IsSentStill()
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _backplane.OnSend = _ => new(answer.Task);
        var channel = ChannelId.New();
        var device = await _service.Api.OpenDeviceAsync(_address, _key);

        await device.SendMessageAsync(channel.ToString(), "1");
        await device.SendAsync($$$"""{"type":"ERROR","channelId":"{{{channel}}}","error":{"code":"CHANNEL_CLOSED"}}""");
        await device.CloseAsync();
        await device.DisposeAsync();
        answer.SetResult(true);

        await Eventually.HoldsAsync("the error is sent", () => _backplane.Sent.Any(x => x.Text.Contains("CHANNEL_CLOSED", StringComparison.Ordinal)));
    }
}
