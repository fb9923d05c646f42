using Heliograph.Backplane.RabbitMq;
using Heliograph.Server.Backplane;
using Heliograph.Server.Registry;
using Heliograph.Server.Tests.Backplane;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heliograph.Cluster.Tests.Backplane;

/// <summary>The contract over a real broker and a real database; what only this backplane has is in the tests of the cluster.</summary>
public sealed class RabbitMqBackplaneTests(ClusterComponents components) : BackplaneContract
{
    private readonly List<ServiceProvider> _nodes = [];
    private readonly string _region = $"test-{Guid.NewGuid():N}";
    private string? _database;

    public override async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.GetRequiredService<IBackplane>().LeaveAsync(CancellationToken.None);
            await node.DisposeAsync();
        }
    }

    internal override async ValueTask<IBackplane> CreateAsync(string name)
    {
        _database ??= await components.Postgres.CreateDatabaseAsync();
        var cluster = new ClusterOptions { Node = name, BeatInterval = TimeSpan.FromMilliseconds(200) };
        cluster.Brokers.Add(components.Broker.Uri);
        var services = new ServiceCollection()
            .AddLogging(logging => logging.ClearProviders())
            .AddMetrics()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(Options.Create(cluster))
            .AddSingleton(Options.Create(new RegistryOptions { Region = _region }));
        RabbitMqCluster.Add(services, new NpgsqlConnectionStringBuilder(_database), patience: TestPeer.Patience);
        var provider = services.BuildServiceProvider();
        _nodes.Add(provider);
        return provider.GetRequiredService<IBackplane>();
    }
}
