using Heliograph.Testing;

[assembly: AssemblyFixture(typeof(Heliograph.Cluster.Tests.ClusterComponents))]
// Each test has processes of its own; side by side they would only take each other's processors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Heliograph.Cluster.Tests;

/// <summary>The database server and the broker that all tests share; each takes a database and a region of its own.</summary>
public sealed class ClusterComponents : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private PostgresServer? _postgres;
    private RabbitMqBroker? _broker;

    public PostgresServer Postgres => _postgres!;

    public RabbitMqBroker Broker => _broker!;

    /// <inheritdoc cref="TestCluster.StartAsync"/>
    internal Task<TestCluster> StartAsync(int count, params (string Name, string Value)[] settings) => TestCluster.StartAsync(Postgres, Broker, count, settings);

    public async ValueTask InitializeAsync()
    {
        var postgres = PostgresServer.StartAsync(_folder);
        _broker = await RabbitMqBroker.StartAsync(_folder);
        _postgres = await postgres;
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
            await _broker.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _folder.Dispose();
    }
}
