using Heliograph.Testing;

[assembly: AssemblyFixture(typeof(Heliograph.Cluster.Tests.ClusterComponents))]
// Each test has processes of its own; side by side they would only take each other's processors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Heliograph.Cluster.Tests;

/// <summary>The database server and the broker that all tests share.</summary>
public sealed class ClusterComponents : ClusterServers, IAsyncLifetime;
