using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Relay;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Relay;

/// <summary>How the relay calls the backplane: in which order, with what held meanwhile, and what becomes of its failures.</summary>
public sealed class BackplaneCallTests : IAsyncLifetime
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
    public async Task Claim_AfterARelease_WaitsForIt()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _backplane.OnCall = name => name == "release device" ? new(release.Task) : default;
        var device = await _service.Api.OpenDeviceAsync(_address, _key);
        await device.DrainAsync();

        await device.DisposeAsync();
        await Eventually.HoldsAsync("The release is begun", () => _backplane.Calls.Contains("release device"));
        await using var next = await _service.Api.OpenDeviceAsync(_address, _key);
        await Eventually.HoldsAsync("The next connection has its place", () => _service.Get<RelayHub>().IsDeviceHere(_address));

        // A release that overtook the claim would take the new connection out of the directory.
        _backplane.Calls.ShouldBe(["claim device", "release device"]);
        release.SetResult();
        await next.DrainAsync();
        _backplane.Calls.ShouldBe(["claim device", "release device", "claim device"]);
    }

    [Fact]
    public async Task Calls_OfAnotherNodeMeanwhile_AreNotBlocked()
    {
        // What another node does in turn when it is told: it looks for a client of the same device here. Were the device's lock held
        // during the call, two nodes that call each other would wait for each other for ever.
        var found = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _backplane.OnCall = name =>
        {
            if (name == "claim channel")
            {
                var other = Task.Run(() => Deliver(ChannelId.New()));
#pragma warning disable xUnit1031 // Blocking is what this is about.
                found.TrySetResult(other.Wait(TestPeer.Patience / 3));
#pragma warning restore xUnit1031
            }

            return default;
        };

        var (client, _, _) = await _service.Api.OpenClientAsync(_address);
        await using var _ = client;

        (await found.Task.WaitAsync(TestPeer.Patience)).ShouldBeTrue("the call of the other node waits for this one's");
    }

    [Fact]
    public async Task State_OfADeviceThatNobodyIsConnectedTo_IsLetGo()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var device = await _service.Api.OpenDeviceAsync(_address, _key);
            var (client, _, _) = await _service.Api.OpenClientAsync(_address);
            await client.DisposeAsync();
        }

        await Eventually.HoldsAsync("No state is left", () => _service.Get<RelayHub>().DeviceCount == 0);
    }

    [Fact]
    public async Task Send_ThatFails_ClosesItsSenderWith1011()
    {
        _service.ExpectError("broker");
        var (client, channel, _) = await _service.Api.OpenClientAsync(_address);
        await using var _ = client;
        await client.DrainAsync();

        _backplane.OnSend = _ => throw new InvalidOperationException("The broker is gone.");
        await client.SendMessageAsync(channel, "1");

        await client.Ended;
        client.CloseCode.ShouldBe(1011);
    }

    [Fact]
    public async Task Claim_ThatFails_ClosesThePeerWith1011()
    {
        _service.ExpectError("broker");
        _backplane.OnCall = name => name == "claim device" ? throw new NotSupportedException("The broker is gone.") : default;

        await using var device = await _service.Api.OpenDeviceAsync(_address, _key);

        await device.Ended;
        device.CloseCode.ShouldBe(1011);
        await Eventually.HoldsAsync("Its place is free", () => !_service.Get<RelayHub>().IsDeviceHere(_address));
    }

    private bool Deliver(ChannelId channel) => _backplane.Node.Deliver(new(_address, channel), channel, "{}"u8, new NobodysSender(channel));

    private sealed class NobodysSender(ChannelId channel) : IRemoteSender
    {
        public ChannelId Channel { get; } = channel;

        public void TellUndelivered()
        {
            // Nobody waits.
        }
    }
}
