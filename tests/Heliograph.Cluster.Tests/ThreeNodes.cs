using Heliograph.Testing;

namespace Heliograph.Cluster.Tests;

/// <summary>A cluster for tests that leave it as it is.</summary>
public sealed class ThreeNodes(ClusterComponents components) : IAsyncLifetime
{
    internal TestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await components.StartAsync(3);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
