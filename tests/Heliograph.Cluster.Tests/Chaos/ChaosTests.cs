using System.Globalization;
using System.Security.Cryptography;
using Heliograph.Cluster.Tests.Balancing;
using Heliograph.Testing;

namespace Heliograph.Cluster.Tests.Chaos;

/// <summary>
/// Nodes, broker and database are killed, hang and are cut off at random, and nodes are drained, while SDK devices and clients talk through
/// HAProxy. HELIOGRAPH_CHAOS_SECONDS makes it longer, HELIOGRAPH_CHAOS_SEED another one.
/// </summary>
public sealed class ChaosTests
{
    private const int Pairs = 12;

    /// <summary>What a node may hold more of at the end than at the beginning: connections of pools, files of the runtime.</summary>
    private const int FilesToSpare = 60;
    private const long MemoryToSpare = 200 * 1024 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly int Seconds = Number("HELIOGRAPH_CHAOS_SECONDS", 100);
    private static readonly int Seed = Number("HELIOGRAPH_CHAOS_SEED", 20261128);

    /// <summary>The longest that a device waits between two tries, several times.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Numbers_WhileEverythingIsLostInTurn_ArriveOnceAndInOrder()
    {
        using var folder = new TempFolder();
        await using var postgres = await PostgresServer.StartAsync(folder);
        await using var broker = await RabbitMqBroker.StartAsync(folder);
        var port = Ports.Free(1)[0];
        await using var cluster = await TestCluster.StartAsync(
            postgres, broker, 3,
            ("HELIOGRAPH_PublicUrl", $"https://127.0.0.1:{port}"), ("HELIOGRAPH_TrustedProxies", "127.0.0.1"), ("HELIOGRAPH_Relay__TakeoverBurst", "100000"));
        await using var balancer = await Balancer.StartHaProxyAsync(folder, port, cluster.Nodes);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString(HashAlgorithmName.SHA256) == balancer.Certificate },
        };
        var product = await cluster[0].Api.CreateProductAsync(region: cluster.Region);
        var talks = new List<Talk>();
        using var enough = new CancellationTokenSource();
        var disturbances = new Disturbances(cluster, postgres, broker, new(Seed));
        try
        {
            for (var i = 0; i < Pairs; i++)
            {
                talks.Add(new(new(balancer.BaseUrl), handler, await cluster[0].Api.CreateDeviceAsync(product, cluster.Key), cluster.Key));
                await talks[^1].StartAsync(Pause, enough.Token);
            }

            using var time = new CancellationTokenSource(TimeSpan.FromSeconds(Seconds));
            await disturbances.RunAsync(time.Token);
            await enough.CancelAsync();

            foreach (var node in cluster.Nodes)
                await node.BecomesAsync("200 ready");
            foreach (var talk in talks)
                await Eventually.HoldsAsync("all that was sent has arrived", () => Task.FromResult(talk.Complain()), SettleTime);
            talks.ShouldAllBe(x => x.Count > 0);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(
                $"HELIOGRAPH_CHAOS_SEED={Seed}: {error.Message}\n{disturbances.History}\n{string.Join('\n', talks.Select(x => x.Complain() ?? "well"))}\n{cluster.Logs}", error);
        }
        finally
        {
            await enough.CancelAsync();
            foreach (var talk in talks)
                await talk.DisposeAsync();
        }

        // Nothing is left of them: no connection, no file, no memory to speak of.
        foreach (var node in cluster.Nodes)
        {
            await Eventually.HoldsAsync($"{node.Name} holds no connection", async () => await node.CountAsync("heliograph_connections") == 0);
            await Eventually.HoldsAsync($"{node.Name} holds no more files than before", () =>
                Task.FromResult(node.OpenFiles - node.FilesAtStart is var more && more <= FilesToSpare ? null : $"{more} more"));
            (node.Memory - node.MemoryAtStart).ShouldBeLessThan(MemoryToSpare, node.Name);
        }
    }

    private static int Number(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : usual;
}
