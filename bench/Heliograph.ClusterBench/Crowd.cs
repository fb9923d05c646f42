using System.Collections.Concurrent;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.ClusterBench;

/// <summary>Many devices, which connect as fast as they can.</summary>
internal sealed class Crowd
{
    private const int AtOnce = 16;

    private readonly TestCluster _cluster;
    private readonly IReadOnlyList<DeviceAddress> _devices;
    private ConcurrentBag<TestPeer> _peers = [];

    private Crowd(TestCluster cluster, IReadOnlyList<DeviceAddress> devices)
    {
        _cluster = cluster;
        _devices = devices;
    }

    public static async Task<Crowd> RegisterAsync(TestCluster cluster, ProductId product, int count)
    {
        var devices = new ConcurrentBag<DeviceAddress>();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) =>
            devices.Add(await cluster[0].Api.CreateDeviceAsync(product, cluster.Key)));
        return new(cluster, [.. devices]);
    }

    /// <summary>Connects all of them, in turn to each of the nodes; each has its place when this completes.</summary>
    public async Task OpenAsync(params TestNode[] nodes)
    {
        var before = _peers;
        _peers = [];
        await Parallel.ForAsync(0, _devices.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            var peer = await nodes[i % nodes.Length].Api.OpenDeviceAsync(_devices[i], _cluster.Key);
            await peer.DrainAsync();
            _peers.Add(peer);
        });
        foreach (var peer in before)
            await peer.DisposeAsync();
    }

    public async Task CloseAsync()
    {
        foreach (var peer in _peers)
            await peer.DisposeAsync();
    }
}
