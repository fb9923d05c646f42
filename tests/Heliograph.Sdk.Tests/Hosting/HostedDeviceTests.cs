using System.Collections.Concurrent;
using Heliograph.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Heliograph.Sdk.Tests.Hosting;

/// <summary>A device in a real host.</summary>
public sealed class HostedDeviceTests(ServiceFixture service)
{
    [Fact]
    public async Task Channels_OfSeveralClients_GetAHandlerAndAScopeEach()
    {
        var registered = await service.CreateDeviceAsync();
        using var host = await StartAsync(registered);
        await using var first = await EchoAsync(registered, 1);
        await using var second = await EchoAsync(registered, 2);

        var handlers = host.Services.GetRequiredService<Handled>().Handlers;
        handlers.Count.ShouldBe(2);
        handlers.Select(handler => handler.Scoped).Distinct().Count().ShouldBe(2);
        await first.DisposeAsync();

        await Eventually.HoldsAsync("the first scope's end", () => handlers.Count(handler => handler.Scoped.IsDisposed) == 1);
        await host.StopAsync();
    }

    [Fact]
    public async Task Stop_OfTheHost_ClosesChannelsAndTheDevice()
    {
        var registered = await service.CreateDeviceAsync();
        using var host = await StartAsync(registered);
        await using var client = await EchoAsync(registered, 1);

        await host.StopAsync().WaitAsync(TestPeer.Patience);

        await client.Channel.Completion.WaitAsync(TestPeer.Patience);
        client.Channel.State.ShouldBe(ChannelState.Closed);
        client.Channel.Error.ShouldBeOfType<ChannelException>().Code.ShouldBe(SignalingErrorCodes.ChannelClosed);
        host.Services.GetRequiredService<SignalingDevice>().State.ShouldBe(ConnectionState.Closed);
        host.Services.GetRequiredService<Handled>().Handlers.ShouldAllBe(handler => handler.Scoped.IsDisposed);
    }

    [Fact]
    public async Task TwoDevices_InOneHost_AreServedBothByTheirOwn()
    {
        var (one, two) = (await service.CreateDeviceAsync(), await service.CreateDeviceAsync());
        using var host = await StartAsync(one, two);

        await using var first = await EchoAsync(one, 1);
        await using var second = await EchoAsync(two, 2);

        host.Services.GetServices<SignalingDevice>().Select(device => device.State).ShouldBe([ConnectionState.Connected, ConnectionState.Connected]);
        host.Services.GetRequiredService<Handled>().Handlers.Select(handler => handler.Device).Distinct().Count().ShouldBe(2);
        await host.StopAsync();
    }

    [Fact]
    public async Task OptionsThatAreWrong_EndTheStartAndAreNamed()
    {
        var registered = await service.CreateDeviceAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHeliographDevice<EchoHandler>(_ => registered.DeviceOptions with { DeviceId = "camera", MaxChannels = 0 });
        using var host = builder.Build();

        var error = await Should.ThrowAsync<ArgumentException>(() => host.StartAsync());

        error.Message.ShouldContain("SignalingDeviceOptions.DeviceId: 'camera'");
        error.Message.ShouldContain("SignalingDeviceOptions.MaxChannels");
    }

    [Fact]
    public async Task OptionsThatThrow_EndTheStartAsTheyAre()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddHeliographDevice<EchoHandler>(_ => throw new FileNotFoundException("There is no device.pem."));
        using var host = builder.Build();

        (await Should.ThrowAsync<FileNotFoundException>(() => host.StartAsync())).Message.ShouldBe("There is no device.pem.");
    }

    [Fact]
    public async Task Log_OfTheHost_HearsOfConnectionAndChannels()
    {
        var registered = await service.CreateDeviceAsync();
        using var log = new LogCapture();
        var builder = Builder(registered);
        builder.Logging.AddProvider(log);
        using var host = builder.Build();
        await host.StartAsync();
        await using (await EchoAsync(registered, 1))
        {
        }

        await Eventually.HoldsAsync("the channel's end", () => log.Text.Contains("has ended", StringComparison.Ordinal));
        await host.StopAsync();

        log.Text.ShouldContain("Heliograph.Sdk.SignalingDevice: The device's connection: Connected.");
        log.Text.ShouldContain("A client has opened the channel");
    }

    private static HostApplicationBuilder Builder(params TestDevice[] devices)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<Handled>().AddScoped<Scoped>();
        foreach (var device in devices)
            builder.Services.AddHeliographDevice<EchoHandler>(_ => device.DeviceOptions);
        return builder;
    }

    private static async Task<IHost> StartAsync(params TestDevice[] devices)
    {
        var host = Builder(devices).Build();
        await host.StartAsync();
        foreach (var device in host.Services.GetServices<SignalingDevice>())
            await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        return host;
    }

    /// <summary>A client that has heard the device's echo.</summary>
    private static async Task<SignalingClient> EchoAsync(TestDevice registered, int number)
    {
        var client = new SignalingClient(registered.ClientOptions);
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
        var transport = MessageTransport.ForClient(client, MessageSecurity.None());
        await transport.SendAsync(Messages.Number(number)).AsTask().WaitAsync(TestPeer.Patience);
        Messages.Number(await transport.NextAsync()).ShouldBe(number);
        return client;
    }

    internal sealed class Handled
    {
        public ConcurrentQueue<(SignalingDevice Device, Scoped Scoped)> Handlers { get; } = new();
    }

    internal sealed class Scoped : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    internal sealed class EchoHandler(Handled handled, Scoped scoped) : IChannelHandler
    {
        public async Task HandleAsync(SignalingDevice device, SignalingChannel channel, CancellationToken cancellationToken)
        {
            handled.Handlers.Enqueue((device, scoped));
            var transport = MessageTransport.ForDevice(device, channel, MessageSecurity.None(allowUnauthorized: true));
            await foreach (var message in transport.ReadAllAsync(cancellationToken))
                await transport.SendAsync(message, cancellationToken);
        }
    }
}
