using System.Diagnostics;
using System.Globalization;
using Heliograph.ClusterBench;
using Heliograph.Testing;

// bench/cluster: prints what docs/scaling.md tells. Nothing leaves the loopback interface.
var pairs = args is [var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 20;
var devices = args is [_, var many, ..] ? int.Parse(many, CultureInfo.InvariantCulture) : 2000;

// Claims of the directory alone.
const int Many = 20_000;

using var folder = new TempFolder();
await using var postgres = await PostgresServer.StartAsync(folder);
await using var broker = await RabbitMqBroker.StartAsync(folder);
// Logging at Information is for people; what is measured is the relay.
await using var cluster = await TestCluster.StartAsync(postgres, broker, 3, ("HELIOGRAPH_Logging__Level", "Warning"), ("HELIOGRAPH_Relay__TakeoverBurst", "100000"));
var product = await cluster[0].Api.CreateProductAsync(region: cluster.Region);

Console.WriteLine($"{pairs} pairs in a closed loop, one 512-byte message under way each");
Console.WriteLine("| | messages/s | round trip p50 | p99 | CPU of nodes a message | of the broker | of the database | of the balancer | messages that stayed on their node |");
Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
foreach (var (name, home, visitor) in ((string, int, int)[])[("on one node", 0, 0), ("across nodes", 0, 1)])
{
    await using var talk = await Conversation.OpenAsync(cluster, product, pairs, cluster[home].Api, cluster[visitor].Api);
    await MeasureAsync(name, cluster, talk, null);
}

await using (var behind = await Balanced.StartAsync(folder, postgres, broker))
{
    await using var talk = await Conversation.OpenAsync(behind.Cluster, await behind.CreateProductAsync(), pairs, behind.Api, behind.Api, behind.Trust);
    await MeasureAsync("through HAProxy with affinity, over TLS", behind.Cluster, talk, behind.BalancerId);
}

await using (var claims = new Claims(await postgres.CreateDatabaseAsync()))
{
    foreach (var atOnce in (int[])[16, 256])
    {
        var places = Claims.Of(product, Many);
        foreach (var what in (string[])["new", "taken over from a lost node"])
        {
            var before = Cpu.OfTree(postgres.Id);
            var seconds = await claims.RunAsync(places, atOnce);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"claims alone, {atOnce} at once, {what}: {Many / seconds:F0}/s, {(Cpu.OfTree(postgres.Id) - before) * 1e6 / Many:F0} µs of the database each"));
        }
    }
}

var memory = Memory(broker.Id);
var crowd = await Crowd.RegisterAsync(cluster, product, devices);
var took = Stopwatch.StartNew();
await crowd.OpenAsync(cluster[2]);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{devices} devices come to one node, HTTP call, WebSocket and claim each: {took.Elapsed.TotalSeconds:F1} s, {devices / took.Elapsed.TotalSeconds:F0}/s"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"broker memory for each of them: {Math.Max(0, Memory(broker.Id) - memory) / devices} bytes (of {Memory(broker.Id) / 1048576} MiB in all)"));
await cluster[2].KillAsync();
took.Restart();
await crowd.OpenAsync(cluster[0], cluster[1]);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the node is killed, and all are back on the two others after {took.Elapsed.TotalSeconds:F1} s"));
await crowd.CloseAsync();

async Task MeasureAsync(string name, TestCluster of, Conversation talk, int? balancer)
{
    await talk.RunAsync(TimeSpan.FromSeconds(2));
    var before = Read();
    var (relayed, remote) = await CountAsync(of);
    var result = await talk.RunAsync(TimeSpan.FromSeconds(8));
    var cost = Read().Zip(before, (x, y) => (x - y) * 1e6 / result.Messages).ToList();
    var (relayedAfter, remoteAfter) = await CountAsync(of);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {result.Messages / result.Seconds:F0} | {result.Percentile(50):F2} ms | {result.Percentile(99):F2} ms | {cost[0]:F0} µs | {cost[1]:F0} µs | {cost[2]:F0} µs | {cost[3]:F0} µs | {100 * (1 - (remoteAfter - remote) / (relayedAfter - relayed)):F1} % |"));

    double[] Read() =>
        [Cpu.Of([.. of.Nodes.Select(x => x.Process.Id)]), Cpu.Of(broker.Id), Cpu.OfTree(postgres.Id), balancer is { } id ? Cpu.Of(id) : 0];
}

static async Task<(double Relayed, double Remote)> CountAsync(TestCluster cluster)
{
    var (relayed, remote) = (0.0, 0.0);
    foreach (var node in cluster.Nodes)
    {
        relayed += await node.CountAsync("heliograph_messages_relayed_total");
        remote += await node.CountAsync("heliograph_messages_relayed_remote_total");
    }

    return (relayed, remote);
}

static long Memory(int process) => Process.GetProcessById(process).WorkingSet64;
