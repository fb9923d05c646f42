using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Cluster.Tests.Balancing;

/// <summary>Balancers that send a device and its viewers to one node, with the configurations of docs/cluster.md.</summary>
public sealed class AffinityTests(ClusterComponents components) : IAsyncDisposable
{
    private const int Devices = 40;

    private readonly TempFolder _folder = new();
    private readonly List<IAsyncDisposable> _peers = [];
    private TestCluster? _cluster;
    private Balancer? _balancer;
    private ApiClient? _api;

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
            await peer.DisposeAsync();
        _api?.Dispose();
        if (_balancer is not null)
            await _balancer.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("haproxy")]
    [InlineData("nginx")]
    public async Task Peers_BehindTheBalancer_AreKnownAndStayOnTheirNode_AndALostNodeMovesItsShareAlone(string kind)
    {
        await StartAsync(kind);
        var product = await _cluster![0].Api.CreateProductAsync(region: _cluster.Region);
        var pairs = new List<(TestPeer Device, TestPeer Client, string Channel, DeviceAddress Address)>();
        for (var i = 0; i < Devices; i++)
            pairs.Add(await OpenPairAsync(await _cluster[0].Api.CreateDeviceAsync(product, _cluster.Key)));

        foreach (var (device, client, channel, _) in pairs)
        {
            await client.SendMessageAsync(channel, "1");
            (await device.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(1);
            await device.SendMessageAsync(channel, "2");
            (await client.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(2);
        }

        var counts = await Task.WhenAll(_cluster.Nodes.Select(CountAsync));
        counts.Sum(x => x.Relayed).ShouldBe(2 * Devices);
        counts.Sum(x => x.Remote).ShouldBeLessThanOrEqualTo(0.05 * 2 * Devices);
        counts.ShouldAllBe(x => x.Devices > 0);
        counts.Sum(x => x.Devices).ShouldBe(Devices);

        // Callers are known by their own address, and the service by its public name.
        (await _api!.ConnectDeviceAsync(pairs[0].Address, _cluster.Key.DeviceToken(pairs[0].Address))).Json["signalingUrl"]!.GetValue<string>()
            .ShouldStartWith($"wss://127.0.0.1:{_balancer!.Port}/v1/signaling/");
        string.Concat(_cluster.Nodes.Select(x => x.Process.Log)).ShouldContain("from 127.0.0.1");

        // The third dies: its peers lose their connections, and nobody else's.
        await _cluster[2].KillAsync();
        await Eventually.HoldsAsync("the lost node's peers have lost their connections", () => pairs.Count(x => x.Device.HasEnded) >= counts[2].Devices);
        foreach (var pair in pairs.Where(x => !x.Device.HasEnded))
            (await pair.Device.DrainAsync()).ShouldBeEmpty();
        pairs.Count(x => x.Device.HasEnded).ShouldBe((int)counts[2].Devices);

        // They come back to the others, by the same address.
        foreach (var (_, _, _, address) in pairs.Where(x => x.Device.HasEnded))
        {
            var (device, client, channel, _) = await OpenPairAsync(address);
            await client.SendMessageAsync(channel, "3");
            (await device.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(3);
        }
    }

    private async Task StartAsync(string kind)
    {
        var port = Ports.Free(1)[0];
        _cluster = await components.StartAsync(
            3, ("HELIOGRAPH_PublicUrl", $"https://127.0.0.1:{port}"), ("HELIOGRAPH_TrustedProxies", "127.0.0.1"));
        _balancer = kind == "nginx"
            ? await Balancer.StartNginxAsync(_folder, port, _cluster.Nodes)
            : await Balancer.StartHaProxyAsync(_folder, port, _cluster.Nodes);
        var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = IsTheBalancers } };
        _api = new(_balancer.BaseUrl, _cluster[0].Api.ApiKey, handler);
        await Eventually.HoldsAsync("the balancer has found the nodes", async () =>
            (int)(await _api.SendAsync(HttpMethod.Get, "/health/live")).Status is var status && status == 200 ? null : $"it answers {status}");
    }

    private async Task<(TestPeer Device, TestPeer Client, string Channel, DeviceAddress Address)> OpenPairAsync(DeviceAddress address)
    {
        var deviceUrl = (await _api!.ConnectDeviceAsync(address, _cluster!.Key.DeviceToken(address))).Require(System.Net.HttpStatusCode.OK)["signalingUrl"]!.GetValue<string>();
        var device = await TestPeer.OpenAsync(deviceUrl, Trust);
        _peers.Add(device);
        var connected = (await _api.ConnectClientAsync(address)).Require(System.Net.HttpStatusCode.OK);
        var client = await TestPeer.OpenAsync(connected["signalingUrl"]!.GetValue<string>(), Trust);
        _peers.Add(client);
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        return (device, client, connected["channelId"]!.GetValue<string>(), address);
    }

    private void Trust(ClientWebSocketOptions options) => options.RemoteCertificateValidationCallback = IsTheBalancers;

    private bool IsTheBalancers(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.GetCertHashString(HashAlgorithmName.SHA256) == _balancer!.Certificate;

    /// <summary>What a node has relayed, how much of it to other nodes, and the devices that it holds.</summary>
    private static async Task<(double Relayed, double Remote, double Devices)> CountAsync(TestNode node) => (
        await node.CountAsync("heliograph_messages_relayed_total"),
        await node.CountAsync("heliograph_messages_relayed_remote_total"),
        await node.CountAsync("heliograph_connections{role=\"device\"}"));
}
