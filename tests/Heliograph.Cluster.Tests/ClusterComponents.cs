using Heliograph.Testing;

[assembly: AssemblyFixture(typeof(Heliograph.Cluster.Tests.ClusterComponents))]
// Each test has processes of its own; side by side they would only take each other's processors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Heliograph.Cluster.Tests;

/// <summary>The database server and the broker that all tests share.</summary>
public sealed class ClusterComponents : ClusterServers, IAsyncLifetime
{
    /// <inheritdoc cref="TestCluster.StartAsync"/>
    public async Task<TestCluster> StartAsync(int count, params (string Name, string Value)[] settings)
    {
        var cluster = await TestCluster.StartAsync(Postgres, Broker, count, settings);
        cluster.Ending = ShowLogsOfFailed;
        return cluster;
    }

    /// <summary>What the nodes of a failed test wrote is what it wrote.</summary>
    private static void ShowLogsOfFailed(TestCluster cluster)
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(cluster.Logs);
    }
}
