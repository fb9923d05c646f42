using System.Net;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Cluster.Tests;

/// <summary>A node that dies, hangs or is cut off from the broker: its peers and those who talk to them are told, and go on elsewhere.</summary>
public sealed class LostNodeTests(ClusterComponents components) : IAsyncLifetime
{
    private TestCluster _cluster = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        _cluster = await components.StartAsync(3);
        _device = await _cluster.CreateDeviceAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Killed_SenderIsToldOffline_AndOfTheDevicesReturnOnAnotherNode()
    {
        await using var device = await _cluster.OpenDeviceAsync(0, _device);
        var (client, channel) = await OpenClientAsync(device);
        await using var _ = client;

        await _cluster[0].KillAsync();
        await client.SendMessageAsync(channel, "1");
        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");
        foreach (var node in _cluster.Nodes.Skip(1))
            await Eventually.HoldsAsync($"{node.Name} says that the device is gone", async () => !await IsOnlineAsync(node));

        await using var again = await _cluster[2].Api.OpenDeviceAsync(_device, _cluster.Key);
        await GoesBothWaysAsync(again, client, channel);
    }

    [Fact]
    public async Task Hung_SenderIsToldOffline_AndOnItsReturnItLetsGoOfWhatIsElsewhereNow()
    {
        await using var device = await _cluster.OpenDeviceAsync(0, _device);
        var (client, channel) = await OpenClientAsync(device);
        await using var _ = client;

        _cluster[0].Process.Freeze();
        await client.SendMessageAsync(channel, "1");
        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");
        await using var again = await _cluster[2].Api.OpenDeviceAsync(_device, _cluster.Key);
        await GoesBothWaysAsync(again, client, channel);

        _cluster[0].Process.Resume();

        await device.Ended;
        device.CloseCode.ShouldBe(4000);
        device.Received.ShouldNotContain(x => x.Contains("\"message\":1", StringComparison.Ordinal));
        await _cluster[0].BecomesAsync("200 ready");
        await GoesBothWaysAsync(again, client, channel);
    }

    [Fact]
    public async Task Hung_AndBackBeforeItsPeersHaveLeft_BothSidesAreToldToSendAgain()
    {
        await using var device = await _cluster.OpenDeviceAsync(0, _device);
        var (client, channel) = await OpenClientAsync(device);
        await using var _ = client;

        _cluster[0].Process.Freeze();
        await client.SendMessageAsync(channel, "1");
        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");
        _cluster[0].Process.Resume();

        // What was lost meanwhile would else never be sent again: both sides still have their sockets.
        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{channel}}"}""");
        await GoesBothWaysAsync(device, client, channel);
    }

    [Fact]
    public async Task CutOffFromTheBroker_ItsPeersAreSentToTheOthers_UntilItIsBack()
    {
        await using var device = await _cluster.OpenDeviceAsync(0, _device);
        var (client, channel) = await OpenClientAsync(device);
        await using var _ = client;

        _cluster[0].CutBroker();
        await client.SendMessageAsync(channel, "1");
        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");

        await device.Ended;
        device.CloseCode.ShouldBe(1001);
        await _cluster[0].BecomesAsync("503 cut off");
        (await _cluster[0].Api.ConnectDeviceAsync(_device, _cluster.Key.DeviceToken(_device))).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await using (var again = await _cluster[1].Api.OpenDeviceAsync(_device, _cluster.Key))
            await GoesBothWaysAsync(again, client, channel);

        _cluster[0].MendBroker();
        await _cluster[0].BecomesAsync("200 ready");
        await using var back = await _cluster[0].Api.OpenDeviceAsync(_device, _cluster.Key);
        await GoesBothWaysAsync(back, client, channel);
    }

    [Fact]
    public async Task Stopped_PeersAreClosedInOrder_AndTheOthersKnowAtOnce()
    {
        await using var device = await _cluster.OpenDeviceAsync(0, _device);
        var (client, channel) = await OpenClientAsync(device);
        await using var _ = client;

        await _cluster[0].StopAsync();

        await device.Ended;
        device.CloseCode.ShouldBe(1001);
        await client.SendMessageAsync(channel, "1");
        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");
        await Eventually.HoldsAsync("it has left", () => _cluster[1].Process.Log.Contains("has left", StringComparison.Ordinal));
        _cluster[1].Process.Log.ShouldNotContain("is lost");
    }

    [Fact]
    public async Task KilledAndStartedAgain_HoldsNothingOfItsFormerLife()
    {
        var device = await _cluster.OpenDeviceAsync(0, _device);
        await device.DrainAsync();
        await _cluster[0].KillAsync();
        await device.DisposeAsync();

        await _cluster[0].StartAsync();

        await _cluster[0].BecomesAsync("200 ready");
        foreach (var node in _cluster.Nodes)
            await Eventually.HoldsAsync($"{node.Name} says that the device is gone", async () => !await IsOnlineAsync(node));
    }

    /// <summary>A client of the device on the second node, of which the device knows.</summary>
    private async Task<(TestPeer Client, string Channel)> OpenClientAsync(TestPeer device)
    {
        var (client, channel, _) = await _cluster[1].Api.OpenClientAsync(_device);
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        await client.SendMessageAsync(channel, "0");
        (await device.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(0);
        await device.SendMessageAsync(channel, "0");
        (await client.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(0);
        return (client, channel);
    }

    /// <summary>What each says reaches the other, said again whenever it is told that the other is connected: as the SDKs do.</summary>
    private static async Task GoesBothWaysAsync(TestPeer device, TestPeer client, string channel)
    {
        await ReachesAsync(client, device, channel, "to the device");
        await ReachesAsync(device, client, channel, "to the client");
    }

    private static async Task ReachesAsync(TestPeer sender, TestPeer receiver, string channel, string text)
    {
        await sender.SendMessageAsync(channel, $"\"{text}\"");
        await Eventually.HoldsAsync($"'{text}' arrives", async () =>
        {
            if (sender.Received.Any(x => x.Contains("PEER_CONNECTED", StringComparison.Ordinal)))
                await sender.SendMessageAsync(channel, $"\"{text}\"");
            return receiver.Received.Any(x => x.Contains(text, StringComparison.Ordinal));
        });
    }

    private async Task<bool> IsOnlineAsync(TestNode node) => (await node.Api.ConnectClientAsync(_device)).Json["deviceOnline"]!.GetValue<bool>();
}
