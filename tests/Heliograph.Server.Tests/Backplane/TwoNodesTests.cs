using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Heliograph.Server.Tests.Backplane;

/// <summary>Two services in one process that share a registry and a backplane: the peers of a device on different nodes.</summary>
public sealed class TwoNodesTests : IAsyncLifetime
{
    private readonly InProcessNetwork _network = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("heliograph-test-");
    private readonly SigningKey _key = new();
    private TestService _one = null!;
    private TestService _two = null!;
    private DeviceAddress _address;

    public async ValueTask InitializeAsync()
    {
        _one = await StartAsync("one");
        _two = await StartAsync("two");
        _address = await _one.Api.CreateDeviceAsync(await _one.Api.CreateProductAsync(), _key);
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Message_PeersOnTwoNodes_GoesBothWays()
    {
        await using var device = await _one.Api.OpenKnownDeviceAsync(_address, _key);
        var (client, channel, _) = await _two.Api.OpenClientAsync(_address);
        await using var _ = client;
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");

        await client.SendMessageAsync(channel, "1");
        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","authorized":false,"message":1}""");
        await device.SendMessageAsync(channel, "2");
        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","message":2}""");
    }

    [Fact]
    public async Task DeviceOpens_ClientOnTheOtherNode_BothAreTold()
    {
        var (client, channel, _) = await _two.Api.OpenClientAsync(_address);
        await using var _ = client;
        // Its place is claimed: the device's node tells those of clients.
        await client.DrainAsync();
        await using var device = await _one.Api.OpenDeviceAsync(_address, _key);

        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{channel}}"}""");
        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{channel}}"}""");
    }

    [Fact]
    public async Task DeviceMovesToTheOtherNode_OlderIsClosedAndNewerIsReached()
    {
        await using var older = await _one.Api.OpenKnownDeviceAsync(_address, _key);
        var (client, channel, _) = await _one.Api.OpenClientAsync(_address);
        await using var _ = client;
        await older.ReceiveAsync();
        await client.DrainAsync();

        await using var newer = await _two.Api.OpenDeviceAsync(_address, _key);

        await older.Ended;
        older.CloseCode.ShouldBe(4000);
        (await client.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        (await newer.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        await client.SendMessageAsync(channel, "3");
        (await newer.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task DeviceLeaves_ClientOnTheOtherNode_IsAnsweredByPeerOffline()
    {
        var device = await _one.Api.OpenKnownDeviceAsync(_address, _key);
        var (client, channel, _) = await _two.Api.OpenClientAsync(_address);
        await using var _ = client;
        (await _two.Api.ConnectClientAsync(_address)).Json["deviceOnline"]!.GetValue<bool>().ShouldBeTrue();
        await device.CloseAsync();
        await device.DisposeAsync();
        await Eventually.HoldsAsync("the device is offline", async () =>
            (await _two.Api.ConnectClientAsync(_address)).Json["deviceOnline"]!.GetValue<bool>() ? "it is online" : null);

        await client.SendMessageAsync(channel, "4");

        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");
    }

    private Task<TestService> StartAsync(string name) => TestService.StartAsync(
        settings => settings.Cluster.Node = name,
        _folder,
        builder => builder.Services.Replace(ServiceDescriptor.Singleton(_network)));
}
