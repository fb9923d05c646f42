using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Cluster.Tests;

/// <summary>Nodes on one database and one broker.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    private TestCluster()
    {
    }

    /// <summary>A region of its own, so that clusters of other tests on the same broker hear nothing of it.</summary>
    public string Region { get; } = $"test-{Guid.NewGuid():N}"[..20];

    public List<TestNode> Nodes { get; } = [];

    public TestNode this[int index] => Nodes[index];

    public SigningKey Key { get; } = new();

    /// <summary>Starts nodes that are called a, b, c…</summary>
    /// <param name="components">What they run on.</param>
    /// <param name="count">How many.</param>
    /// <param name="settings">More of their environment.</param>
    public static Task<TestCluster> StartAsync(ClusterComponents components, int count, params (string Name, string Value)[] settings) =>
        StartAsync(components.Postgres, components.Broker, count, settings);

    /// <summary>The same, on a database server and a broker of the test's own.</summary>
    public static async Task<TestCluster> StartAsync(PostgresServer postgres, RabbitMqBroker broker, int count, params (string Name, string Value)[] settings)
    {
        var cluster = new TestCluster();
        try
        {
            var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["HELIOGRAPH_Registry__Region"] = cluster.Region,
                ["HELIOGRAPH_RateLimits__PerAddress"] = "1000000",
                ["HELIOGRAPH_RateLimits__PerAddressBurst"] = "1000000",
                ["HELIOGRAPH_RateLimits__PerProduct"] = "1000000",
                ["HELIOGRAPH_RateLimits__PerProductBurst"] = "1000000",
                ["HELIOGRAPH_Relay__DrainTime"] = "00:00:00",
                ["HELIOGRAPH_Logging__Level"] = "Debug",
            };
            foreach (var (name, value) in settings)
                environment[name] = value;
            var database = await postgres.CreateDatabaseAsync();
            for (var i = 0; i < count; i++)
                cluster.Nodes.Add(new(((char)('a' + i)).ToString(), cluster._folder, broker.Uri, database, environment));
            await cluster[0].StartAsync();
            await Task.WhenAll(cluster.Nodes.Skip(1).Select(x => x.StartAsync(cluster[0].Api.ApiKey)));
            foreach (var node in cluster.Nodes)
                await node.BecomesAsync("200 ready");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A device with a key of its own, in a product of its own.</summary>
    public async Task<DeviceAddress> CreateDeviceAsync() =>
        await this[0].Api.CreateDeviceAsync(await this[0].Api.CreateProductAsync(region: Region), Key);

    /// <summary>The logs of all nodes, for a test that fails.</summary>
    public string Logs => string.Join("\n\n", Nodes.Select(x => $"== {x.Name}\n{x.Process.Log}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
        Key.Dispose();
        _folder.Dispose();
    }
}
