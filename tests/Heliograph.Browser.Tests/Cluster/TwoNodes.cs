namespace Heliograph.Browser.Tests.Cluster;

/// <summary>A cluster of two nodes, with a broker and a database.</summary>
public sealed class TwoNodes : IAsyncLifetime
{
    private readonly ClusterServers _servers = new();
    private TestCluster? _cluster;

    public TestCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync()
    {
        await _servers.InitializeAsync();
        _cluster = await TestCluster.StartAsync(_servers.Postgres, _servers.Broker, 2);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        await _servers.DisposeAsync();
    }
}
