using System.Net;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Cluster.Tests;

/// <summary>What all nodes share is lost, and comes back: nobody is dropped, and whoever can go on does.</summary>
public sealed class LostBrokerAndDatabaseTests(ClusterComponents components) : IAsyncLifetime
{
    private TestCluster _cluster = null!;
    private DeviceAddress _device;

    public async ValueTask InitializeAsync()
    {
        _cluster = await components.StartAsync(2);
        _device = await _cluster.CreateDeviceAsync();
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Broker_LostForAll_PeersOfOneNodeGoOn_AndTheOthersWhenItIsBack()
    {
        await using var device = await _cluster.OpenDeviceAsync(0, _device);
        var (near, nearChannel, _) = await _cluster[0].Api.OpenClientAsync(_device);
        await using var _ = near;
        var (far, farChannel, _) = await _cluster[1].Api.OpenClientAsync(_device);
        await using var __ = far;
        await TalksAsync(far, device, farChannel);

        foreach (var node in _cluster.Nodes)
            node.CutBroker();
        foreach (var node in _cluster.Nodes)
            await node.BecomesAsync("200 degraded");

        await TalksAsync(near, device, nearChannel);
        await far.SendMessageAsync(farChannel, "\"lost\"");
        (await far.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{farChannel}}"}""");

        foreach (var node in _cluster.Nodes)
            node.MendBroker();
        foreach (var node in _cluster.Nodes)
            await node.BecomesAsync("200 ready");

        // The same sockets: both sides are told to send again, and hear each other.
        await HearsAsync(far, "PEER_CONNECTED");
        await TalksAsync(far, device, farChannel);
        await TalksAsync(near, device, nearChannel);
    }

    [Fact]
    public async Task Broker_LostForAll_BackForOneBeforeTheOther_NobodyIsSentAway()
    {
        // So long that a slow machine is not taken for a node that was left behind.
        await using var cluster = await components.StartAsync(2, ("HELIOGRAPH_Cluster__NodeTimeout", "00:00:15"));
        var address = await cluster.CreateDeviceAsync();
        await using var device = await cluster[0].Api.OpenDeviceAsync(address, cluster.Key);
        var (far, channel, _) = await cluster[1].Api.OpenClientAsync(address);
        await using var _ = far;
        await TalksAsync(far, device, channel);
        foreach (var node in cluster.Nodes)
            node.CutBroker();
        await cluster[0].BecomesAsync("200 degraded");
        await cluster[1].HoldsForAsync(TimeSpan.FromSeconds(16), "200 degraded");

        cluster[0].MendBroker();
        await cluster[0].BecomesAsync("200 ready");
        await cluster[1].HoldsForAsync(TimeSpan.FromSeconds(2), "200 degraded");
        cluster[1].MendBroker();
        await cluster[1].BecomesAsync("200 ready");

        await HearsAsync(far, "PEER_CONNECTED");
        await TalksAsync(far, device, channel);
        // It has no queue before it is back, and is not gone for that.
        (await cluster[0].CountAsync("heliograph_cluster_nodes_lost_total")).ShouldBe(0);
    }

    /// <summary>The node's connection lives, and nothing comes any more: the broker says so.</summary>
    [Fact]
    public async Task Queue_OfANodeDeleted_ItMakesAnother_AndThePeersGoOn()
    {
        await using var device = await _cluster.OpenDeviceAsync(0, _device);
        var (far, channel, _) = await _cluster[1].Api.OpenClientAsync(_device);
        await using var _ = far;
        await TalksAsync(far, device, channel);
        await device.DrainAsync();
        await far.DrainAsync();

        (await components.Broker.DeleteQueuesAsync(x => x.Contains(".node.a.", StringComparison.Ordinal))).ShouldBe(1);

        await HearsAsync(far, "PEER_CONNECTED");
        await TalksAsync(far, device, channel);
    }

    [Fact]
    public async Task Database_Lost_ConnectedPeersGoOn_AndWhoComesMeanwhileIsFoundAfterwards()
    {
        await using var device = await _cluster.OpenDeviceAsync(0, _device);
        var (client, channel, _) = await _cluster[1].Api.OpenClientAsync(_device);
        await using var _ = client;
        await TalksAsync(client, device, channel);
        var other = await _cluster.CreateDeviceAsync();
        var otherUrl = await _cluster[0].Api.DeviceUrlAsync(other, _cluster.Key);
        var waiting = (await _cluster[1].Api.ConnectClientAsync(other)).Require(HttpStatusCode.OK);

        foreach (var node in _cluster.Nodes)
            node.CutDatabase();

        // Across nodes, by the ways that they know.
        await TalksAsync(client, device, channel);
        // A ticket opens a socket without the registry; what both have said so far leads nowhere yet.
        await using var late = await TestPeer.OpenAsync(otherUrl);
        await using var lateClient = await TestPeer.OpenAsync(waiting["signalingUrl"]!.GetValue<string>());
        await late.DrainAsync();
        await lateClient.DrainAsync();
        // What is in memory is answered from there, and what is not with when to try again.
        (await _cluster[0].Api.ConnectDeviceAsync(other, _cluster.Key.DeviceToken(other))).Status.ShouldBe(HttpStatusCode.OK);
        var unknown = await _cluster[1].Api.ConnectClientAsync(new(_device.Product, DeviceId.New()));
        unknown.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);

        foreach (var node in _cluster.Nodes)
            node.MendDatabase();
        foreach (var node in _cluster.Nodes)
            await node.BecomesAsync("200 ready");

        await HearsAsync(lateClient, "PEER_CONNECTED");
        await TalksAsync(lateClient, late, waiting["channelId"]!.GetValue<string>());
        await TalksAsync(client, device, channel);
    }

    [Fact]
    public async Task Database_Hangs_WhoIsKeptIsAnswered_HoweverManyWaitForIt()
    {
        const int calls = 20;
        var node = _cluster[0];
        (await node.Api.ConnectDeviceAsync(_device, _cluster.Key.DeviceToken(_device))).Require(HttpStatusCode.OK);
        node.HangDatabase();
        // Ten times what it may take; balancers wait a second.
        (await node.ReadinessAsync().WaitAsync(TimeSpan.FromSeconds(5))).ShouldBe("200 degraded");
        using var enough = new CancellationTokenSource();
        var unknown = 0;
        var others = Enumerable.Range(0, 2 * 64).Select(_ => CallForOthersAsync()).ToList();
        await Eventually.HoldsAsync("some wait", async () => await node.CountAsync("heliograph_connect_waiting") > 0);

        for (var i = 0; i < calls / 2; i++)
        {
            (await node.Api.ConnectDeviceAsync(_device, _cluster.Key.DeviceToken(_device))).Status.ShouldBe(HttpStatusCode.OK);
            (await node.Api.ConnectClientAsync(_device)).Status.ShouldBe(HttpStatusCode.OK);
        }

        // Behind the others, each would have come after all that waited before it.
        unknown.ShouldBeLessThan(calls * 64 / 2);
        await enough.CancelAsync();
        await node.KillAsync();
        await Task.WhenAll(others);

        async Task CallForOthersAsync()
        {
            try
            {
                while (!enough.IsCancellationRequested)
                {
                    (await node.Api.ConnectClientAsync(new(_device.Product, DeviceId.New()))).Status.ShouldNotBe(HttpStatusCode.OK);
                    Interlocked.Increment(ref unknown);
                }
            }
            catch (HttpRequestException) when (enough.IsCancellationRequested)
            {
                // The node was killed.
            }
        }
    }

    /// <summary>What each says reaches the other. What they are told of each other meanwhile does no harm.</summary>
    private static async Task TalksAsync(TestPeer client, TestPeer device, string channel)
    {
        var word = $"\"{Guid.NewGuid():N}\"";
        await client.SendMessageAsync(channel, word);
        await HearsAsync(device, word);
        await device.SendMessageAsync(channel, word);
        await HearsAsync(client, word);
    }

    private static async Task HearsAsync(TestPeer peer, string text)
    {
        while (!(await peer.ReceiveAsync()).Contains(text, StringComparison.Ordinal))
        {
            // Something else came before.
        }
    }
}
