using Heliograph.Protocol;
using Heliograph.Server.BesideHttp;
using Heliograph.Server.Relay;
using Heliograph.Server.Relay.Opening;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.BesideHttp;

/// <summary>A connection on which nothing comes passes on to HTTP in the middle of a read, and is as good there.</summary>
public class HandOverTests : IAsyncLifetime
{
    private readonly HeldTime _time = new();
    private readonly CountedShortcuts _counting = new();
    private readonly SigningKey _key = new();
    private TestService _service = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync(build: builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(_time);
            _counting.AddTo(builder);
        });
        _device = await _service.Api.CreateDeviceAsync(await _service.Api.CreateProductAsync(), _key);
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task Socket_OfAConnectionThatWasSilent_IsOpenedOverHttp()
    {
        await using var connection = await SilentAsync();
        var url = (await _service.Api.ClientUrlAsync(_device)).Url;

        await connection.SendAsync(string.Join("\r\n", RawWebSocket.HandshakeFor(url)) + "\r\n\r\n");

        (await connection.ReadAnswerAsync())!.Status.ShouldBe(101);
        await Eventually.HoldsAsync("the peer is there", () => _service.Get<PeerList>().Count == 1);
        _service.Get<OpenSockets>().Count.ShouldBe(0);
        await connection.SendAsync(RawFrame.OfText("""{"type":"PING"}""").ToBytes());
        (await connection.ReadAsync(17)).ShouldBe([0x81, 15, .. """{"type":"PONG"}"""u8]);
    }

    [Fact]
    public async Task Call_OfAConnectionThatFellSilent_IsAnsweredOverHttp()
    {
        var body = $$"""{"productId":"{{_device.Product}}","deviceId":"{{_device.Device}}"}""";
        var call = $"POST /v1/client/connect HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        await using var connection = await RawConnection.ConnectAsync(_service.BaseUrl);
        await connection.SendAsync(call);
        (await connection.ReadAnswerAsync())!.Status.ShouldBe(200);
        _counting.Taken.ShouldBe(1);
        await PassAsync();

        await connection.SendAsync(call + call);

        (await connection.ReadAnswerAsync())!.Status.ShouldBe(200);
        (await connection.ReadAnswerAsync())!.Status.ShouldBe(200);
        _counting.Taken.ShouldBe(1);
    }

    [Fact]
    public async Task Peer_ThatLeavesAConnectionThatWasSilent_IsNoFault()
    {
        var connection = await SilentAsync();

        connection.EndSending();

        (await connection.ReadToEndAsync()).ShouldBeEmpty();
        await connection.DisposeAsync();
    }

    /// <summary>A connection, the service's only one with a shortcut, on which nothing was sent for as long as those wait.</summary>
    private async Task<RawConnection> SilentAsync()
    {
        var connection = await RawConnection.ConnectAsync(_service.BaseUrl);
        await PassAsync();
        return connection;
    }

    private async Task PassAsync()
    {
        await Eventually.HoldsAsync("the service waits for a request", () => _time.Held == 1);
        _time.EndHeld();
    }

    /// <summary>The machine's time, but for the timers of the shortcuts, which end when they are told to.</summary>
    private sealed class HeldTime : TimeProvider
    {
        private readonly Lock _gate = new();
        private readonly List<Timer> _held = [];

        /// <summary>How many run.</summary>
        public int Held
        {
            get
            {
                lock (_gate)
                    return _held.Count;
            }
        }

        public void EndHeld()
        {
            List<Timer> held;
            lock (_gate)
                held = [.. _held];
            foreach (var timer in held)
                timer.End();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(this, callback, state, base.CreateTimer(callback, state, dueTime, period));

        private sealed class Timer(HeldTime time, TimerCallback callback, object? state, ITimer real) : ITimer
        {
            public void End()
            {
                Hold(false);
                callback(state);
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                var isHeld = dueTime == Shortcuts.LongestWait;
                Hold(isHeld);
                return real.Change(isHeld ? Timeout.InfiniteTimeSpan : dueTime, period);
            }

            public void Dispose()
            {
                Hold(false);
                real.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Hold(false);
                return real.DisposeAsync();
            }

            private void Hold(bool isHeld)
            {
                lock (time._gate)
                {
                    time._held.Remove(this);
                    if (isHeld)
                        time._held.Add(this);
                }
            }
        }
    }
}
