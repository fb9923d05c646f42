using Heliograph.Protocol;

namespace Heliograph.Testing;

/// <summary>Nodes on one database and one broker.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly int _firstPort = Ports.Free(1)[0];
    private readonly List<TestNode> _nodes = [];

    private TestCluster()
    {
    }

    /// <summary>A region of its own, so that clusters of other tests on the same broker hear nothing of it.</summary>
    public string Region { get; } = $"test-{Guid.NewGuid():N}"[..20];

    public IReadOnlyList<TestNode> Nodes => _nodes;

    public TestNode this[int index] => _nodes[index];

    public SigningKey Key { get; } = new();

    /// <summary>Starts nodes that are called a, b, c…</summary>
    /// <param name="postgres">Where they get a database.</param>
    /// <param name="broker">Their broker.</param>
    /// <param name="count">How many.</param>
    /// <param name="settings">More of their environment.</param>
    public static async Task<TestCluster> StartAsync(PostgresServer postgres, RabbitMqBroker broker, int count, params (string Name, string Value)[] settings)
    {
        var cluster = new TestCluster();
        cluster.AddNodes(count, broker, await postgres.CreateDatabaseAsync(), settings);
        await StartAllAsync(cluster);
        return cluster;
    }

    /// <summary>Two regions of so many nodes each, on one registry. Each is known to the other by its first node, which stands for a balancer.</summary>
    public static async Task<(TestCluster One, TestCluster Other)> StartRegionsAsync(PostgresServer postgres, RabbitMqBroker broker, int count)
    {
        var (one, other) = (new TestCluster(), new TestCluster());
        var database = await postgres.CreateDatabaseAsync();
        (string, string)[] regions = [.. new[] { one, other }.SelectMany((region, i) => ((string, string)[])
        [
            ($"HELIOGRAPH_Regions__Known__{i}__Name", region.Region),
            ($"HELIOGRAPH_Regions__Known__{i}__Url", $"http://127.0.0.1:{region._firstPort}"),
        ])];
        one.AddNodes(count, broker, database, regions);
        other.AddNodes(count, broker, database, regions);
        await StartAllAsync(one, other);
        return (one, other);
    }

    private void AddNodes(int count, RabbitMqBroker broker, string database, IEnumerable<(string Name, string Value)> settings)
    {
        var environment = new Dictionary<string, string>(HeliographProcess.WithoutRateLimits, StringComparer.Ordinal)
        {
            ["HELIOGRAPH_Registry__Region"] = Region,
            ["HELIOGRAPH_Relay__DrainTime"] = "00:00:00",
            ["HELIOGRAPH_Logging__Level"] = "Debug",
        };
        foreach (var (name, value) in settings)
            environment[name] = value;
        for (var i = 0; i < count; i++)
            _nodes.Add(new(((char)('a' + i)).ToString(), i == 0 ? _firstPort : Ports.Free(1)[0], _folder, broker.Uri, database, environment));
    }

    private static async Task StartAllAsync(params TestCluster[] clusters)
    {
        try
        {
            var nodes = clusters.SelectMany(x => x.Nodes).ToList();
            await nodes[0].StartAsync();
            await Task.WhenAll(nodes.Skip(1).Select(x => x.StartAsync(nodes[0].Api.ApiKey)));
            foreach (var node in nodes)
                await node.BecomesAsync("200 ready");
        }
        catch
        {
            foreach (var cluster in clusters)
                await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A device with a key of its own, in a product of its own.</summary>
    public async Task<DeviceAddress> CreateDeviceAsync() =>
        await this[0].Api.CreateDeviceAsync(await this[0].Api.CreateProductAsync(region: Region), Key);

    /// <summary>Connects a device to a node and opens its socket. When this returns, all nodes know where it is.</summary>
    public Task<TestPeer> OpenDeviceAsync(int node, DeviceAddress device) => this[node].Api.OpenKnownDeviceAsync(device, Key);

    /// <summary>The logs of all nodes in one, by time, for a test that fails.</summary>
    public string Logs => string.Join('\n', Nodes
        .SelectMany(node => node.Process.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries), (node, line) => (node.Name, Line: line))
        .OrderBy(x => x.Line, StringComparer.Ordinal)
        .Select(x => $"{x.Name} {x.Line}"));

    /// <summary>Called before the nodes end.</summary>
    public Action<TestCluster>? Ending { get; set; }

    public async ValueTask DisposeAsync()
    {
        Ending?.Invoke(this);
        foreach (var node in Nodes)
            await node.DisposeAsync();
        Key.Dispose();
        _folder.Dispose();
    }
}
