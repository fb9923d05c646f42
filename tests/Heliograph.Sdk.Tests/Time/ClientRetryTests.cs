using System.Net;
using System.Text.Json;

namespace Heliograph.Sdk.Tests;

/// <summary>When a client gives up, and when it comes back, by a clock that the test moves.</summary>
public sealed class ClientRetryTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task Client_FirstCallRefused_HasFailed(HttpStatusCode status)
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnConnect = ScriptedService.Refuse(status, "7");
        await using var client = new SignalingClient(service.ClientOptions with { TimeProvider = _clock });

        var error = await Should.ThrowAsync<ServiceException>(client.ConnectAsync().WaitAsync(TestPeer.Patience));

        error.Status.ShouldBe((int)status);
        error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        await ShouldHaveFailedAsync(client);
        await Should.ThrowAsync<ServiceException>(client.ConnectAsync().WaitAsync(TestPeer.Patience));
        service.Handshakes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Client_FirstHandshakeRefused_HasFailed()
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnSocket = ScriptedService.Refuse(HttpStatusCode.BadGateway);
        await using var client = new SignalingClient(service.ClientOptions with { TimeProvider = _clock });

        var error = await Should.ThrowAsync<ConnectionException>(client.ConnectAsync().WaitAsync(TestPeer.Patience));

        error.Code.ShouldBe(SignalingErrorCodes.BadResponse);
        await ShouldHaveFailedAsync(client);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Client_RequireOnline_FailsWhereTheDeviceIsNot(bool requireOnline, bool deviceOnline)
    {
        await using var service = await ScriptedService.StartAsync();
        service.DeviceOnline = deviceOnline;
        await using var client = new SignalingClient(service.ClientOptions with { TimeProvider = _clock, RequireOnline = requireOnline });

        var connecting = client.ConnectAsync().WaitAsync(TestPeer.Patience);

        if (requireOnline && !deviceOnline)
        {
            (await Should.ThrowAsync<ConnectionException>(connecting)).Code.ShouldBe(SignalingErrorCodes.DeviceOffline);
            await ShouldHaveFailedAsync(client);
            return;
        }

        await using var socket = await service.NextSocketAsync();
        await connecting;
        await Eventually.HoldsAsync(
            "the channel tells", () => client.Channel.State == (deviceOnline ? ChannelState.Connected : ChannelState.Disconnected));
    }

    [Fact]
    public async Task Client_SevenTriesFail_HasFailed()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions with { TimeProvider = _clock });
        client.Start();
        var socket = await service.NextSocketAsync();
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
        await client.Channel.SendAsync(JsonElement.Parse("1"));
        service.OnSocket = ScriptedService.Refuse(HttpStatusCode.BadGateway);
        socket.Cut();

        for (var i = 0; i < 7; i++)
        {
            var wait = await _clock.RetryOfAsync(client);
            var whole = TimeSpan.FromSeconds(Math.Pow(2, i));
            wait.ShouldBeInRange(whole / 2, whole, $"wait {i}");
            client.Channel.State.ShouldBe(ChannelState.Connected);
            _clock.Advance(wait);
        }

        await ShouldHaveFailedAsync(client);
        client.Channel.Error!.Code.ShouldBe(SignalingErrorCodes.BadResponse);
        await Should.ThrowAsync<ConnectionException>(client.Channel.SendAsync(JsonElement.Parse("2")).AsTask());
        service.Connects.ShouldBe(1);
    }

    [Fact]
    public async Task Client_LostAgainAndAgainBeforeTenSeconds_HasFailed()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions with { TimeProvider = _clock });
        client.Start();

        for (var i = 0; i < 8; i++)
        {
            var socket = await service.NextSocketAsync();
            await Eventually.HoldsAsync("connected", () => client.State == ConnectionState.Connected);
            _clock.Advance(TimeSpan.FromSeconds(9));
            socket.Cut();
            if (i < 7)
                _clock.Advance(await _clock.RetryOfAsync(client));
        }

        await ShouldHaveFailedAsync(client);
    }

    [Fact]
    public async Task Client_LostAgainAndAgainAfterTenSeconds_ComesBackToTheSameUrl()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions with { TimeProvider = _clock });
        client.Start();

        for (var i = 0; i < 10; i++)
        {
            await using var socket = await service.NextSocketAsync();
            await Eventually.HoldsAsync("connected", () => client.State == ConnectionState.Connected);
            _clock.Advance(TimeSpan.FromSeconds(10));
            socket.Cut();
            var wait = await _clock.RetryOfAsync(client);
            wait.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
            _clock.Advance(wait);
        }

        await using var last = await service.NextSocketAsync();
        service.Connects.ShouldBe(1);
        service.Handshakes.Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task CheckAlive_PongComes_IsTrueAndTheConnectionStays()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions with { TimeProvider = _clock });
        client.Start();
        await using var socket = await service.NextSocketAsync();
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);

        var checking = client.CheckAliveAsync();
        (await socket.ReceiveAsync())!.Value.GetRawText().ShouldBe("""{"type":"PING"}""");
        await socket.SendAsync("""{"type":"PONG"}""");

        (await checking.WaitAsync(TestPeer.Patience)).ShouldBeTrue();
        client.State.ShouldBe(ConnectionState.Connected);
    }

    [Fact]
    public async Task CheckAlive_NoPongWithinASecond_IsFalseAndReconnects()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var client = new SignalingClient(service.ClientOptions with { TimeProvider = _clock });
        client.Start();
        await using var silent = await service.NextSocketAsync();
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);

        var checking = client.CheckAliveAsync();
        await _clock.PendingAsync(TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));

        (await checking.WaitAsync(TestPeer.Patience)).ShouldBeFalse();
        _clock.Advance(await _clock.RetryOfAsync(client));
        await using var next = await service.NextSocketAsync();
        await Eventually.HoldsAsync("connected", () => client.State == ConnectionState.Connected);
    }

    [Fact]
    public async Task CheckAlive_NotConnected_IsFalse()
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnConnect = ScriptedService.HangAsync;
        await using var client = new SignalingClient(service.ClientOptions with { TimeProvider = _clock });

        (await client.CheckAliveAsync()).ShouldBeFalse();
        client.Start();
        (await client.CheckAliveAsync()).ShouldBeFalse();
    }

    private static async Task ShouldHaveFailedAsync(SignalingClient client)
    {
        await client.Channel.Completion.WaitAsync(TestPeer.Patience);
        await Eventually.HoldsAsync("failed", () => client.State == ConnectionState.Failed);
        client.Channel.State.ShouldBe(ChannelState.Failed);
    }
}
