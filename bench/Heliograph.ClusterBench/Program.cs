using System.Diagnostics;
using System.Globalization;
using Heliograph.ClusterBench;
using Heliograph.Testing;

// bench/cluster: prints what docs/scaling.md tells. Nothing leaves the loopback interface.
var pairs = args is [var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 20;
var devices = args is [_, var many, ..] ? int.Parse(many, CultureInfo.InvariantCulture) : 2000;

using var folder = new TempFolder();
await using var postgres = await PostgresServer.StartAsync(folder);
await using var broker = await RabbitMqBroker.StartAsync(folder);
// Logging at Information is for people; what is measured is the relay.
await using var cluster = await TestCluster.StartAsync(postgres, broker, 3, ("HELIOGRAPH_Logging__Level", "Warning"), ("HELIOGRAPH_Relay__TakeoverBurst", "100000"));
var product = await cluster[0].Api.CreateProductAsync(region: cluster.Region);

Console.WriteLine($"{pairs} pairs in a closed loop, one 512-byte message under way each");
Console.WriteLine("| | messages/s | round trip p50 | p99 | CPU of nodes a message | of the broker | of the database |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach (var (name, home, visitor) in ((string, int, int)[])[("on one node", 0, 0), ("across nodes", 0, 1)])
{
    await using var talk = await Conversation.OpenAsync(cluster, product, pairs, home, visitor);
    await talk.RunAsync(TimeSpan.FromSeconds(2));
    var (nodes, brokerCpu, database) = (Cpu.Of([.. cluster.Nodes.Select(x => x.Process.Id)]), Cpu.Of(broker.Id), Cpu.OfTree(postgres.Id));
    var result = await talk.RunAsync(TimeSpan.FromSeconds(8));
    double PerMessage(double before, double after) => (after - before) * 1e6 / result.Messages;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {result.Messages / result.Seconds:F0} | {result.Percentile(50):F2} ms | {result.Percentile(99):F2} ms | {PerMessage(nodes, Cpu.Of([.. cluster.Nodes.Select(x => x.Process.Id)])):F0} µs | {PerMessage(brokerCpu, Cpu.Of(broker.Id)):F0} µs | {PerMessage(database, Cpu.OfTree(postgres.Id)):F0} µs |"));
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

static long Memory(int process) => Process.GetProcessById(process).WorkingSet64;
