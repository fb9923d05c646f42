using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Cluster.Tests.Balancing;

/// <summary>Balancers that send a device and its viewers to one node, with the configurations of docs/cluster.md.</summary>
public sealed partial class AffinityTests(ClusterComponents components) : IAsyncDisposable
{
    private const int Devices = 40;

    /// <summary>Where the peers are; the balancer is at another address.</summary>
    private static readonly IPAddress Caller = IPAddress.Parse("127.0.0.2");

    /// <summary>What a caller might say of itself.</summary>
    private static readonly (string Name, string Value)[] Lies = [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", "elsewhere.example")];

    private readonly TempFolder _folder = new();
    private readonly List<IAsyncDisposable> _peers = [];
    private TestCluster? _cluster;
    private Balancer? _balancer;
    private ApiClient? _api;
    private HttpMessageInvoker? _way;

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
            await peer.DisposeAsync();
        _api?.Dispose();
        _way?.Dispose();
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

        // Callers are known by their own address, and the service by the balancer's: no node is told its public URL, and nobody believes the callers' headers.
        var connects = await ReadConnectsAsync(2 * Devices);
        connects.ShouldAllBe(x => x.Address == Caller.ToString());
        var homes = connects.DistinctBy(x => x.Device).ToDictionary(x => x.Device, x => x.Node);
        (await _api!.ConnectDeviceAsync(pairs[0].Address, _cluster.Key.DeviceToken(pairs[0].Address))).Json["signalingUrl"]!.GetValue<string>()
            .ShouldStartWith($"wss://127.0.0.1:{_balancer!.Port}/v1/signaling/");

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

        // Those of the others stay where they were when they connect anew: while the lost one is down, and when it is off the balancer's list.
        var survivors = pairs.Where(x => homes[x.Address.ToString()] != _cluster[2].Name).ToList();
        survivors.Count.ShouldBe(Devices - (int)counts[2].Devices);
        await ConnectAnewAsync();
        await _balancer.DisposeAsync();
        await StartBalancerAsync(kind, _balancer.Port, _cluster.Nodes.Take(2));
        await ConnectAnewAsync();

        async Task ConnectAnewAsync()
        {
            var before = (await ReadConnectsAsync()).Count;
            foreach (var (_, _, _, address) in survivors)
                await OpenDeviceAsync(address);
            (await ReadConnectsAsync(before + survivors.Count)).Where(x => homes[x.Device] != _cluster[2].Name).ShouldAllBe(x => x.Node == homes[x.Device]);
        }
    }

    /// <summary>A balancer that found no node ready would end all that goes on.</summary>
    [Fact]
    public async Task Peers_BehindHaProxyWhileTheDatabaseHangs_StayConnected()
    {
        await StartAsync("haproxy");
        var (device, client, channel, _) = await OpenPairAsync(await _cluster!.CreateDeviceAsync());

        foreach (var node in _cluster.Nodes)
            node.HangDatabase();
        foreach (var node in _cluster.Nodes)
            await node.HoldsForAsync(TimeSpan.FromSeconds(3), "200 degraded");

        await client.SendMessageAsync(channel, "1");
        (await device.ReceiveJsonAsync())["message"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Calls_ANodeBehindNginxHangs_AreAnsweredByTheOthers()
    {
        await StartAsync("nginx");
        var address = await _cluster!.CreateDeviceAsync();
        var begin = Stopwatch.GetTimestamp();

        _cluster[2].Process.Freeze();
        for (var i = 0; i < 2 * _cluster.Nodes.Count; i++)
            (await _api!.ConnectDeviceAsync(address, _cluster.Key.DeviceToken(address))).Require(HttpStatusCode.OK);
        var readings = Enumerable.Range(0, 2 * _cluster.Nodes.Count).Select(_ => _api!.ManageAsync(HttpMethod.Get, "/v1/webrtc/products"));
        foreach (var answer in await Task.WhenAll(readings))
            answer.Require(HttpStatusCode.OK);

        // The time of a socket, 75 s, would be over it.
        Stopwatch.GetElapsedTime(begin).ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    private async Task StartAsync(string kind)
    {
        _cluster = await components.StartAsync(3, ("HELIOGRAPH_TrustedProxies", "127.0.0.1"));
        await StartBalancerAsync(kind, Ports.Free(1)[0], _cluster.Nodes);
    }

    private async Task StartBalancerAsync(string kind, int port, IEnumerable<TestNode> nodes)
    {
        _balancer = kind == "nginx"
            ? await Balancer.StartNginxAsync(_folder, port, [.. nodes])
            : await Balancer.StartHaProxyAsync(_folder, port, [.. nodes]);
        _api?.Dispose();
        _way?.Dispose();
        _api = new(_balancer.BaseUrl, _cluster![0].Api.ApiKey, CreateWay());
        foreach (var (name, value) in Lies)
            _api.Http.DefaultRequestHeaders.Add(name, value);
        _way = new(CreateWay());
        await Eventually.HoldsAsync("the balancer has found the nodes", async () =>
            (int)(await _api.SendAsync(HttpMethod.Get, "/health/live")).Status is var status && status == 200 ? null : $"it answers {status}");
    }

    /// <summary>A way to the balancer from the callers' address.</summary>
    private SocketsHttpHandler CreateWay() => new()
    {
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = IsTheBalancers },
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                socket.Bind(new IPEndPoint(Caller, 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };

    private async Task<(TestPeer Device, TestPeer Client, string Channel, DeviceAddress Address)> OpenPairAsync(DeviceAddress address)
    {
        var device = await OpenDeviceAsync(address);
        var connected = (await _api!.ConnectClientAsync(address)).Require(HttpStatusCode.OK);
        var client = await OpenAsync(connected);
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        return (device, client, connected["channelId"]!.GetValue<string>(), address);
    }

    private async Task<TestPeer> OpenDeviceAsync(DeviceAddress address) =>
        await OpenAsync((await _api!.ConnectDeviceAsync(address, _cluster!.Key.DeviceToken(address))).Require(HttpStatusCode.OK));

    /// <summary>Opens the socket that a connect call was answered with.</summary>
    private async Task<TestPeer> OpenAsync(JsonNode connected)
    {
        var peer = await TestPeer.OpenAsync(
            connected["signalingUrl"]!.GetValue<string>(), options => Array.ForEach(Lies, x => options.SetRequestHeader(x.Name, x.Value)), _way);
        _peers.Add(peer);
        return peer;
    }

    private bool IsTheBalancers(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.GetCertHashString(HashAlgorithmName.SHA256) == _balancer!.Certificate;

    /// <summary>All connects of devices and clients that the nodes' logs tell of, each node's in their order.</summary>
    /// <param name="least">Waits until there are so many.</param>
    private async Task<List<(string Node, string Device, string Address)>> ReadConnectsAsync(int least = 0)
    {
        List<(string, string, string)> connects = [];
        await Eventually.HoldsAsync($"the nodes tell of {least} connects", () =>
        {
            connects = [.. _cluster!.Nodes.SelectMany(node => ConnectLine.Matches(node.Process.Log).Select(x => (node.Name, x.Groups["device"].Value, x.Groups["address"].Value)))];
            return connects.Count >= least;
        });
        return connects;
    }

    [GeneratedRegex(@"(Device|Client of) (?<device>\S+) connected from (?<address>[0-9.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex ConnectLine { get; }

    /// <summary>What a node has relayed, how much of it to other nodes, and the devices that it holds.</summary>
    private static async Task<(double Relayed, double Remote, double Devices)> CountAsync(TestNode node) => (
        await node.CountAsync("heliograph_messages_relayed_total"),
        await node.CountAsync("heliograph_messages_relayed_remote_total"),
        await node.CountAsync("heliograph_connections{role=\"device\"}"));
}
