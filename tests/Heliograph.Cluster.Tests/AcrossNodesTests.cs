using System.Globalization;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Cluster.Tests;

/// <summary>Peers on different nodes, while all goes well.</summary>
public sealed class AcrossNodesTests(ThreeNodes nodes) : IClassFixture<ThreeNodes>, IAsyncLifetime
{
    private readonly TestCluster _cluster = nodes.Cluster;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync() => _device = await _cluster.CreateDeviceAsync();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Messages_BothWays_ArriveInOrder()
    {
        await using var device = await _cluster.OpenDeviceAsync(0, _device);
        var (client, channel, _) = await _cluster[1].Api.OpenClientAsync(_device);
        await using var _ = client;
        (await device.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{channel}}"}""");

        for (var i = 0; i < 100; i++)
        {
            await client.SendMessageAsync(channel, i.ToString(CultureInfo.InvariantCulture));
            await device.SendMessageAsync(channel, i.ToString(CultureInfo.InvariantCulture));
        }

        for (var i = 0; i < 100; i++)
        {
            (await device.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","authorized":false,"message":{{i}}}""");
            (await client.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{channel}}","message":{{i}}}""");
        }
    }

    [Fact]
    public async Task DeviceOpens_ItsClientsOnEveryNode_AreToldAndSoIsIt()
    {
        var (one, channelOne, _) = await _cluster[1].Api.OpenClientAsync(_device);
        await using var _ = one;
        var (two, channelTwo, _) = await _cluster[2].Api.OpenClientAsync(_device);
        await using var __ = two;
        await one.DrainAsync();
        await two.DrainAsync();

        await using var device = await _cluster[0].Api.OpenDeviceAsync(_device, _cluster.Key);

        (await one.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{channelOne}}"}""");
        (await two.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{channelTwo}}"}""");
        string[] told = [await device.ReceiveAsync(), await device.ReceiveAsync()];
        told.ShouldBe(
            [$$"""{"type":"PEER_CONNECTED","channelId":"{{channelOne}}"}""", $$"""{"type":"PEER_CONNECTED","channelId":"{{channelTwo}}"}"""], ignoreOrder: true);
    }

    [Fact]
    public async Task Device_TakenOverOnAnotherNode_OlderIsClosedAndNothingReachesIt()
    {
        await using var older = await _cluster.OpenDeviceAsync(0, _device);
        var (client, channel, _) = await _cluster[1].Api.OpenClientAsync(_device);
        await using var _ = client;
        (await older.ReceiveAsync()).ShouldContain("PEER_CONNECTED");

        await using var newer = await _cluster[2].Api.OpenDeviceAsync(_device, _cluster.Key);
        await newer.DrainAsync();

        await older.Ended;
        older.CloseCode.ShouldBe(4000);
        (await client.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        await client.SendMessageAsync(channel, "\"new\"");
        await Eventually.HoldsAsync("the newer one has the message", async () => (await newer.ReceiveAsync()).Contains("\"new\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Client_ReconnectsOnAnotherNode_IsReachedThere()
    {
        await using var device = await _cluster.OpenDeviceAsync(0, _device);
        var (client, channel, url) = await _cluster[1].Api.OpenClientAsync(_device);
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        await device.SendMessageAsync(channel, "1");
        (await client.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(1);

        // The same URL on another node, as behind a balancer; the older socket is dead and its node has not noticed.
        await using var again = await TestPeer.OpenAsync(url.Replace(new Uri(_cluster[1].BaseUrl).Authority, new Uri(_cluster[2].BaseUrl).Authority, StringComparison.Ordinal));
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        await device.SendMessageAsync(channel, "2");

        (await again.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(2);
        await client.Ended;
        client.CloseCode.ShouldBe(4000);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Message_ToAPeerThatHasLeft_IsAnsweredByPeerOffline()
    {
        var device = await _cluster.OpenDeviceAsync(0, _device);
        var (client, channel, _) = await _cluster[1].Api.OpenClientAsync(_device);
        await using var _ = client;
        await client.SendMessageAsync(channel, "1");
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        (await device.ReceiveAsync()).ShouldContain("MESSAGE");
        await device.CloseAsync();
        await device.DisposeAsync();

        await client.SendMessageAsync(channel, "2");

        (await client.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{channel}}"}""");
    }

    [Fact]
    public async Task Error_FollowedAtOnceByTheSendersClose_Arrives()
    {
        var device = await _cluster.OpenDeviceAsync(0, _device);
        var (client, channel, _) = await _cluster[1].Api.OpenClientAsync(_device);
        await using var _ = client;
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");

        await device.SendAsync($$$"""{"type":"ERROR","channelId":"{{{channel}}}","error":{"code":"CHANNEL_CLOSED"}}""");
        await device.CloseAsync();
        await device.DisposeAsync();

        (await client.ReceiveAsync()).ShouldBe($$$"""{"type":"ERROR","channelId":"{{{channel}}}","error":{"code":"CHANNEL_CLOSED"}}""");
    }

    [Fact]
    public async Task Connected_IsToldByEveryNode_AndTrueAfterTheDeviceHasLeft()
    {
        var device = await _cluster.OpenDeviceAsync(0, _device);
        foreach (var node in _cluster.Nodes)
            (await IsConnectedAsync(node)).ShouldBeTrue();
        foreach (var node in _cluster.Nodes)
            (await node.Api.ConnectClientAsync(_device)).Json["deviceOnline"]!.GetValue<bool>().ShouldBeTrue();

        await device.CloseAsync();
        await device.DisposeAsync();

        foreach (var node in _cluster.Nodes)
            await Eventually.HoldsAsync($"{node.Name} says that the device has left", async () => !await IsConnectedAsync(node));
    }

    [Fact]
    public async Task Key_RemovedOnOneNode_EndsTheConnectionOnAnother()
    {
        await using var device = await _cluster.OpenDeviceAsync(1, _device);

        var path = $"/v1/webrtc/products/{_device.Product}/devices/{_device.Device}";
        var key = (await _cluster[0].Api.ManageAsync(HttpMethod.Get, path)).Json["publicKeys"]![0]!["id"]!.GetValue<string>();
        await _cluster[0].Api.ManageAsync(HttpMethod.Delete, $"{path}/publickeys/{key}");

        await device.Ended;
        device.CloseCode.ShouldBe(4002);
    }

    private async Task<bool> IsConnectedAsync(TestNode node) =>
        (await node.Api.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{_device.Product}/devices/{_device.Device}")).Json["connected"]!.GetValue<bool>();
}
