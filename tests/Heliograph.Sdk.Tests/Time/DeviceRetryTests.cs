using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Heliograph.Sdk.Tests;

/// <summary>A device and the time it takes between two tries, by a clock that the test moves.</summary>
public sealed class DeviceRetryTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Device_ServiceDownForAnHour_WaitsEverLongerAndComesBack()
    {
        var port = FreePort();
        using var folder = new TempFolder();
        TestDevice registered;
        await using (var service = await StartAsync(folder, port))
            registered = await ServiceFixture.RegisterAsync(service);
        await using var device = new SignalingDevice(registered.DeviceOptions with { TimeProvider = _clock });
        device.Start();
        var down = _clock.GetTimestamp();

        var waits = new List<TimeSpan>();
        while (_clock.GetElapsedTime(down) < TimeSpan.FromHours(1))
        {
            waits.Add(await _clock.RetryOfAsync(device));
            _clock.Advance(waits[^1]);
        }

        for (var i = 0; i < waits.Count; i++)
        {
            var whole = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, i), 60));
            waits[i].ShouldBeInRange(whole / 2, whole, $"wait {i}");
        }

        waits.Count.ShouldBeGreaterThan(60);
        await using var restarted = await StartAsync(folder, port);
        await Eventually.HoldsAsync("the device is back", () =>
        {
            _clock.RetryNow(device);
            return device.State == ConnectionState.Connected;
        });
    }

    [Fact]
    public async Task Device_ConnectionHeldTenSeconds_CountsFailuresAnew()
    {
        await using var service = await ScriptedService.StartAsync();
        await using var device = new SignalingDevice(service.DeviceOptions with { TimeProvider = _clock });
        service.OnConnect = ScriptedService.Refuse(HttpStatusCode.ServiceUnavailable);
        device.Start();
        for (var i = 0; i < 5; i++)
            _clock.Advance(await _clock.RetryOfAsync(device));
        var wait = await _clock.RetryOfAsync(device);
        service.OnConnect = service.AnswerAsync;
        _clock.Advance(wait);

        var socket = await service.NextSocketAsync();
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        _clock.Advance(TimeSpan.FromSeconds(9));
        socket.Cut();
        (await _clock.RetryOfAsync(device)).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));

        _clock.Advance(await _clock.RetryOfAsync(device));
        socket = await service.NextSocketAsync();
        await Eventually.HoldsAsync("connected", () => device.State == ConnectionState.Connected);
        _clock.Advance(TimeSpan.FromSeconds(10));
        socket.Cut();
        (await _clock.RetryOfAsync(device)).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("0", 1)]
    [InlineData(null, 300)]
    [InlineData("soon", 300)]
    [InlineData("-5", 300)]
    [InlineData("2147483647", 24 * 3600)]
    [InlineData("99999999999999999999", 300)]
    [InlineData("Fri, 01 Jan 2010 00:00:00 GMT", 1)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 24 * 3600)]
    public async Task Device_TooManyRequests_WaitsAsLongAsItIsTold(string? retryAfter, int seconds)
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnConnect = ScriptedService.Refuse(HttpStatusCode.TooManyRequests, retryAfter);
        await using var device = new SignalingDevice(service.DeviceOptions with { TimeProvider = _clock });

        device.Start();

        (await _clock.RetryOfAsync(device)).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task Device_TooManyRequestsUntilADate_WaitsUntilThen()
    {
        await using var service = await ScriptedService.StartAsync();
        var date = _clock.GetUtcNow().AddSeconds(90);
        service.OnConnect = ScriptedService.Refuse(HttpStatusCode.TooManyRequests, date.ToString("R", CultureInfo.InvariantCulture));
        await using var device = new SignalingDevice(service.DeviceOptions with { TimeProvider = _clock });

        device.Start();

        // The header has whole seconds.
        (await _clock.RetryOfAsync(device)).ShouldBeInRange(TimeSpan.FromSeconds(89), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task Device_ServiceNeverAnswers_TriesAgainAfterTwentySeconds()
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnConnect = ScriptedService.HangAsync;
        await using var device = new SignalingDevice(service.DeviceOptions with { TimeProvider = _clock });
        var error = FirstErrorOf(device);

        device.Start();
        await _clock.PendingAsync(TimeSpan.FromSeconds(20));
        _clock.Advance(TimeSpan.FromSeconds(20));

        (await error).Code.ShouldBe(SignalingErrorCodes.Timeout);
        await _clock.RetryOfAsync(device);
    }

    [Fact]
    public async Task Device_HandshakeNeverAnswered_TriesAgainAfterTwentySeconds()
    {
        await using var service = await ScriptedService.StartAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        service.OnSocket = context =>
        {
            reached.TrySetResult();
            return ScriptedService.HangAsync(context);
        };
        await using var device = new SignalingDevice(service.DeviceOptions with { TimeProvider = _clock });
        var error = FirstErrorOf(device);

        device.Start();
        await reached.Task.WaitAsync(TestPeer.Patience);
        _clock.Advance(TimeSpan.FromSeconds(20));

        (await error).Code.ShouldBe(SignalingErrorCodes.Timeout);
        service.OnSocket = service.AcceptAsync;
        _clock.Advance(await _clock.RetryOfAsync(device));
        await service.NextSocketAsync();
    }

    [Fact]
    public async Task Device_TokenProviderFails_GoesOnTrying()
    {
        await using var service = await ScriptedService.StartAsync();
        var failures = new Queue<Exception>([new TaskCanceledException("its own timeout"), new InvalidOperationException("out of order")]);
        var tokens = new StubTokens(() => failures.TryDequeue(out var failure) ? Task.FromException<string>(failure) : Task.FromResult("token"));
        await using var device = new SignalingDevice(service.DeviceOptions with { TimeProvider = _clock, Tokens = tokens });

        device.Start();
        _clock.Advance(await _clock.RetryOfAsync(device));
        _clock.Advance(await _clock.RetryOfAsync(device));

        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
    }

    [Fact]
    public async Task Device_HandlerOfTheApplicationsFails_GoesOnTrying()
    {
        await using var service = await ScriptedService.StartAsync();
        using var inner = new HttpMessageInvoker(new SocketsHttpHandler());
        var failures = new Queue<Exception>([new InvalidOperationException("out of order"), new FormatException("no"), new TaskCanceledException("its own")]);
        using var handler = new StubHandler((request, cancellationToken) =>
            failures.TryDequeue(out var failure) ? throw failure : inner.SendAsync(request, cancellationToken));
        await using var device = new SignalingDevice(service.DeviceOptions with { TimeProvider = _clock, HttpHandler = handler });

        device.Start();
        for (var i = 0; i < 3; i++)
            _clock.Advance(await _clock.RetryOfAsync(device));

        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
    }

    private static Task<HeliographException> FirstErrorOf(SignalingDevice device)
    {
        var error = new TaskCompletionSource<HeliographException>(TaskCreationOptions.RunContinuationsAsynchronously);
        device.StateChanged += (_, change) =>
        {
            if (change.Error is not null)
                error.TrySetResult(change.Error);
        };
        return error.Task.WaitAsync(TestPeer.Patience);
    }

    private static Task<HeliographProcess> StartAsync(TempFolder folder, int port) =>
        HeliographProcess.ServeAsync(folder.Sub("data"), "--listen", $"http://127.0.0.1:{port}");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
