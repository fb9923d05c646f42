using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Cluster.Tests;

/// <summary>Two regions of two nodes each, on one registry: every node answers for every product, and a product can move.</summary>
public sealed class TwoRegionsTests(ClusterComponents components) : IAsyncLifetime
{
    private TestCluster _here = null!;
    private TestCluster _there = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        (_here, _there) = await TestCluster.StartRegionsAsync(components.Postgres, components.Broker, 2);
        _device = await _here.CreateDeviceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
    }

    [Fact]
    public async Task Peers_WhoCallTheOtherRegion_MeetAtTheProductsHome()
    {
        var deviceUrl = await _there[0].Api.DeviceUrlAsync(_device, _here.Key);
        new Uri(deviceUrl).Authority.ShouldBe(new Uri(_here[0].BaseUrl).Authority);
        await using var device = await TestPeer.OpenAsync(deviceUrl);
        // The client on the other node of the home: across regions by HTTP, across nodes by the broker.
        var (client, channel, _) = await _here[1].Api.OpenClientAsync(_device);
        await using var _ = client;
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");

        await client.SendMessageAsync(channel, "1");
        (await device.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(1);

        (await IsConnectedAsync(_there[1])).ShouldBeTrue();
    }

    [Fact]
    public async Task Product_Moved_PeersOfEveryNodeComeBackInTheOtherRegion()
    {
        await using var device = await _here.OpenDeviceAsync(1, _device);
        var (client, channel, url) = await _here[0].Api.OpenClientAsync(_device);
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");

        // Asked of one node; the device is on another.
        (await _here[0].Api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{_device.Product}", new JsonObject { ["region"] = _there.Region }))
            .Require(HttpStatusCode.OK);
        await device.Ended;
        device.CloseCode.ShouldBe(4005);
        await client.Ended;
        client.CloseCode.ShouldBe(4005);
        await client.DisposeAsync();

        var deviceUrl = await _here[1].Api.DeviceUrlAsync(_device, _here.Key);
        new Uri(deviceUrl).Authority.ShouldBe(new Uri(_there[0].BaseUrl).Authority);
        await using var again = await TestPeer.OpenAsync(deviceUrl);
        await using var clientAgain = await TestPeer.OpenAsync(url);
        (await again.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        await clientAgain.SendMessageAsync(channel, "2");
        (await again.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task Region_ThatIsDown_ItsProductsAreUnavailableAndAllOthersGoOn()
    {
        var other = await _there[0].Api.CreateDeviceAsync(await _there[0].Api.CreateProductAsync(region: _there.Region), _here.Key);
        foreach (var node in _here.Nodes)
            await node.KillAsync();

        var answer = await _there[0].Api.ConnectDeviceAsync(_device, _here.Key.DeviceToken(_device));

        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await _there[0].Api.ConnectDeviceAsync(other, _here.Key.DeviceToken(other))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Region_ThatIsDown_ItsProductMovedAway_NothingIsLeftOfWhoWasThere()
    {
        await using var lost = await _here[0].Api.OpenDeviceAsync(_device, _here.Key);
        await Eventually.HoldsAsync("all nodes of its region know of it", () => IsConnectedAsync(_here[1]));
        foreach (var node in _here.Nodes)
            await node.KillAsync();

        (await _there[0].Api.ManageAsync(HttpMethod.Post, $"/v1/webrtc/products/{_device.Product}", new JsonObject { ["region"] = _there.Region }))
            .Require(HttpStatusCode.OK);

        (await IsConnectedAsync(_there[0])).ShouldBeFalse();
        (await _there[0].Api.ConnectClientAsync(_device)).Json["deviceOnline"]!.GetValue<bool>().ShouldBeFalse();
        await using var device = await _there[0].Api.OpenDeviceAsync(_device, _here.Key);
        var (client, channel, _) = await _there[0].Api.OpenClientAsync(_device);
        await using var _ = client;
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        await client.SendMessageAsync(channel, "1");
        (await device.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(1);
    }

    private async Task<bool> IsConnectedAsync(TestNode node) =>
        (await node.Api.ManageAsync(HttpMethod.Get, $"/v1/webrtc/products/{_device.Product}/devices/{_device.Device}"))
            .Json["connected"]!.GetValue<bool>();
}
