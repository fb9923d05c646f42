using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Connect;
using Heliograph.Server.Relay;
using Heliograph.Server.Transport;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Relay;

/// <summary>A service's peers on streams of the test's own: what leaves in which write, and what a fault of the service leaves behind.</summary>
public sealed class PeerRunTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private readonly DeviceAddress _device = new(ProductId.New(), DeviceId.New());

    [Fact]
    public async Task Pings_OfOneRead_AreAnsweredInOneWrite()
    {
        var (device, running) = Run(fixture.Service, Role.Device);

        device.Give([.. Enumerable.Range(0, 10).SelectMany(x => new RawFrame(RawFrame.Ping, [(byte)x]).ToBytes())]);

        await Eventually.HoldsAsync("They are answered", () => device.Written.Count > 0);
        device.Written.ShouldHaveSingleItem().ShouldBe([.. Enumerable.Range(0, 10).SelectMany(x => new byte[] { 0x8A, 1, (byte)x })]);
        device.End();
        await running;
    }

    [Fact]
    public async Task Messages_OfOneRead_LeaveInOneWrite()
    {
        var (device, deviceRunning) = Run(fixture.Service, Role.Device);
        await Eventually.HoldsAsync("The device is here", () => fixture.Service.Get<RelayHub>().IsDeviceHere(_device));
        var channel = ChannelId.New();
        var (client, clientRunning) = Run(fixture.Service, Role.Client, channel);
        await Eventually.HoldsAsync("The device is told of the client", () => device.Written.Count == 1);

        client.Give([.. Enumerable.Range(0, 10).SelectMany(x =>
            RawFrame.OfText($$"""{"type":"MESSAGE","channelId":"{{channel}}","message":{{x}}}""").ToBytes())]);

        await Eventually.HoldsAsync("They arrive", () => device.Written.Count == 2);
        var written = System.Text.Encoding.UTF8.GetString(device.Written[1]);
        for (var i = 0; i < 10; i++)
            written.ShouldContain($"\"message\":{i}");
        client.End();
        device.End();
        await Task.WhenAll(deviceRunning, clientRunning);
    }

    [Fact]
    public async Task Messages_ThatAnotherNodeSentTogether_LeaveInOneWrite()
    {
        var (device, running) = Run(fixture.Service, Role.Device);
        var hub = fixture.Service.Get<RelayHub>();
        await Eventually.HoldsAsync("The device is here", () => hub.IsDeviceHere(_device));

        using (WriteRound.Join())
        {
            for (var i = 0; i < 10; i++)
                hub.Deliver(Place.Of(_device), ChannelId.New(), [(byte)('0' + i)], new Elsewhere()).ShouldBeTrue();
            device.Written.ShouldBeEmpty();
        }

        device.Written.ShouldHaveSingleItem().ShouldBe([.. Enumerable.Range('0', 10).SelectMany(x => new byte[] { 0x81, 1, (byte)x })]);
        device.End();
        await running;
    }

    [Fact]
    public async Task Clients_OfADeviceThatComes_AreToldWithoutHoldingUpOthers()
    {
        // Some clients' sockets take their time; all the others of the device's can be found meanwhile.
        using var goOn = new ManualResetEventSlim();
        using var isWriting = new ManualResetEventSlim();
        var (slow, slowRunning) = Run(fixture.Service, Role.Client, ChannelId.New());
        slow.Writing = () =>
        {
            isWriting.Set();
            goOn.Wait(TestPeer.Patience).ShouldBeTrue();
        };
        var channel = ChannelId.New();
        var (client, clientRunning) = Run(fixture.Service, Role.Client, channel);
        await Eventually.HoldsAsync("Both are here", () => fixture.Service.Get<RelayHub>().ConnectionsOf(_device).Clients.Count == 2);
        var device = new ManualStream();
        var deviceRunning = Task.Run(() => RunAsync(fixture.Service, device, Role.Device, default));
        isWriting.Wait(TestPeer.Patience).ShouldBeTrue();

        await Task.Run(() => fixture.Service.Get<RelayHub>().ConnectionsOf(_device).Clients.Count.ShouldBe(2)).WaitAsync(TestPeer.Patience);

        goOn.Set();
        await Eventually.HoldsAsync("Both are told", () => slow.Written.Count == 1 && client.Written.Count == 1);
        foreach (var stream in (ManualStream[])[slow, client, device])
            stream.End();
        await Task.WhenAll(slowRunning, clientRunning, deviceRunning);
    }

    [Fact]
    public async Task Fault_BeforeThePeerIsOpen_TellsItAndLeavesNothing()
    {
        var time = new FaultyTime();
        await using var service = await TestService.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var (first, firstRunning) = Run(service, Role.Device);
        await Eventually.HoldsAsync("The first connection is here", () => service.Get<PeerList>().Count == 1);

        // The takeover asks for the time when the second one has its place already.
        var second = new ManualStream();
        time.IsFaulty = true;
        var running = RunAsync(service, second, Role.Device, default);
        await Eventually.HoldsAsync("It is closed with 1011", () => second.Written.Any(x => x is [0x88, 2, 0x03, 0xF3]));
        time.IsFaulty = false;
        second.End();
        await Should.ThrowAsync<InvalidTimeZoneException>(() => running);

        first.End();
        await firstRunning;
        service.Get<PeerList>().Count.ShouldBe(0);
        service.Get<RelayHub>().DeviceCount.ShouldBe(0);
    }

    private (ManualStream Stream, Task Running) Run(TestService service, Role role, ChannelId channel = default)
    {
        var stream = new ManualStream();
        return (stream, RunAsync(service, stream, role, channel));
    }

    private Task RunAsync(TestService service, ManualStream stream, Role role, ChannelId channel)
    {
        var ticket = new Ticket(role, _device, channel, Authorized: true, null, DateTime.UtcNow, DateTime.UtcNow.AddHours(1));
        return service.Get<PeerRun>().RunAsync(new(ticket, Answer: null, IPAddress.Loopback, Rest: []), stream, new Connection(stream), CancellationToken.None);
    }

    private sealed class Elsewhere : IRemoteSender
    {
        public ChannelId Channel => default;

        public void TellUndelivered() => throw new InvalidOperationException("It was delivered.");
    }

    private sealed class Connection(ManualStream stream) : IAbortable
    {
        public void Abort() => stream.End();
    }

    private sealed class FaultyTime : TimeProvider
    {
        public bool IsFaulty { get; set; }

        public override DateTimeOffset GetUtcNow() =>
            IsFaulty && Environment.StackTrace.Contains(nameof(TakeoverLimiter), StringComparison.Ordinal)
                ? throw new InvalidTimeZoneException("The clock is broken.")
                : base.GetUtcNow();
    }
}
