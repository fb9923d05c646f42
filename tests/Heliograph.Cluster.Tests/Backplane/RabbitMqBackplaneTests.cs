using Heliograph.Backplane.RabbitMq;
using Heliograph.Protocol;
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

    [Fact]
    public async Task Join_TheFirstBrokerIsDead_GoesOnToTheNextAsThatOnesUser()
    {
        var dead = $"amqp://nobody:wrong@127.0.0.1:{Ports.Free(1)[0]}/nowhere";

        await RelaysAsync(dead, components.Broker.Uri);
    }

    [Fact]
    public async Task Join_AllBrokersAnswer_TakesTheFirst()
    {
        await using var first = new CuttingProxy(new(components.Broker.Uri));
        await using var other = new CuttingProxy(new(components.Broker.Uri));

        await RelaysAsync([Uri(first), .. Enumerable.Repeat(Uri(other), 9)]);

        first.Accepted.ShouldBeGreaterThan(0);
        other.Accepted.ShouldBe(0);

        static string Uri(CuttingProxy proxy) => $"amqp://guest:guest@127.0.0.1:{proxy.Port}";
    }

    internal override ValueTask<IBackplane> CreateAsync(string name) => CreateWithAsync(name, components.Broker.Uri);

    /// <summary>Has a node with these brokers send to one that has the only one, and back.</summary>
    private async Task RelaysAsync(params string[] brokers)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var device = new DeviceAddress(ProductId.New(), DeviceId.New());
        var client = new Place(device, ChannelId.New());
        var (several, one) = (await CreateWithAsync("several", brokers), await CreateAsync("one"));
        var (nodeOfSeveral, nodeOfOne) = (new RecordingNode(), new RecordingNode());
        await several.JoinAsync(nodeOfSeveral, cancellation);
        await one.JoinAsync(nodeOfOne, cancellation);
        await several.ClaimAsync(client, 0, cancellation);
        await one.ClaimAsync(Place.Of(device), 0, cancellation);

        (await several.SendAsync(Place.Of(device), client.Channel!.Value, "there"u8.ToArray(), cancellation)).ShouldBeTrue();
        (await one.SendAsync(client, client.Channel.Value, "back"u8.ToArray(), cancellation)).ShouldBeTrue();

        nodeOfOne.Calls.ShouldContain($"frame for {device}: there");
        nodeOfSeveral.Calls.ShouldContain($"frame for {client}: back");
    }

    private async ValueTask<IBackplane> CreateWithAsync(string name, params IEnumerable<string> brokers)
    {
        _database ??= await components.Postgres.CreateDatabaseAsync();
        var cluster = new ClusterOptions { Node = name, BeatInterval = TimeSpan.FromMilliseconds(200) };
        foreach (var broker in brokers)
            cluster.Brokers.Add(broker);
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
