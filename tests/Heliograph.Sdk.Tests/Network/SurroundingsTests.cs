using Microsoft.Extensions.Logging;

namespace Heliograph.Sdk.Tests;

/// <summary>What surrounds a device or client and does not do its part: logs, token providers, threads, services.</summary>
public sealed class SurroundingsTests
{
    [Fact]
    public async Task Device_LogThrows_GoesOnTrying()
    {
        await using var service = await ScriptedService.StartAsync();
        using var log = new FullLog();
        using var loggers = new LoggerFactory([log]);
        await using var device = new SignalingDevice(service.DeviceOptions with { LoggerFactory = loggers });
        device.Start();
        var socket = await service.NextSocketAsync();

        log.IsFull = true;
        socket.Cut();

        await service.NextSocketAsync();
        await Eventually.HoldsAsync("connected", () => device.State == ConnectionState.Connected);
    }

    [Fact]
    public async Task Device_TokenProviderHangs_TriesAgain()
    {
        var clock = new ManualTimeProvider();
        await using var service = await ScriptedService.StartAsync();
        await using var device = new SignalingDevice(service.DeviceOptions with { TimeProvider = clock, Tokens = new HangingTokens() });
        var error = new TaskCompletionSource<HeliographException>(TaskCreationOptions.RunContinuationsAsynchronously);
        device.StateChanged += (_, change) =>
        {
            if (change.State == ConnectionState.WaitRetry)
                error.TrySetResult(change.Error!);
        };
        device.Start();

        await Eventually.HoldsAsync("given up on this token", () =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return error.Task.IsCompleted;
        });

        (await error.Task).Message.ShouldContain(nameof(HangingTokens));
    }

    [Fact]
    public async Task Client_UrlNotTakenAnyMore_SaysSo()
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnSocket = context =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        };
        await using var client = new SignalingClient(service.ClientOptions);

        var error = await Should.ThrowAsync<ConnectionException>(client.ConnectAsync().WaitAsync(TestPeer.Patience));

        error.Code.ShouldBe(SignalingErrorCodes.UrlExpired);
        error.Message.ShouldContain("Connect with a new client");
    }

    [Fact]
    public async Task Dispose_ThreadOfAUserInterfaceBlocks_Returns()
    {
        await using var service = await ScriptedService.StartAsync();
        var device = new SignalingDevice(service.DeviceOptions);
        var client = new SignalingClient(service.ClientOptions);
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);

        var returned = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new BlockedThread());
            returned.SetResult(client.DisposeAsync().AsTask().Wait(TestPeer.Patience) && device.DisposeAsync().AsTask().Wait(TestPeer.Patience));
        }).Start();

        (await returned.Task).ShouldBeTrue();
    }

    /// <summary>A thread that waits for what it has started runs nothing that is posted to it.</summary>
    private sealed class BlockedThread : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            // Never.
        }
    }

    private sealed class HangingTokens : ITokenProvider
    {
        public ValueTask<string> GetTokenAsync(CancellationToken cancellationToken) => new(new TaskCompletionSource<string>().Task);
    }

    private sealed class FullLog : ILoggerProvider, ILogger
    {
        public volatile bool IsFull;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsFull)
                throw new IOException("The disk is full.");
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
