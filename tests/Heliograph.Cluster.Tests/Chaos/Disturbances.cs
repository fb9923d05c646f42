using Heliograph.Testing;

namespace Heliograph.Cluster.Tests.Chaos;

/// <summary>What can happen to a cluster, one thing after the other: each is begun, lasts for a while, and is made good.</summary>
internal sealed class Disturbances(TestCluster cluster, PostgresServer postgres, RabbitMqBroker broker, Random random)
{
    private readonly List<string> _history = [];

    /// <summary>What has happened, for a person.</summary>
    public string History
    {
        get
        {
            lock (_history)
                return string.Join(", ", _history);
        }
    }

    /// <summary>Makes things happen until it is told to stop; all is good again when this completes.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            // Each kind once before any comes again: a short run has them all.
            await MakeAsync(i < Kinds ? i : random.Next(Kinds), stop);
            await WaitAsync(TimeSpan.FromSeconds(1 + 2 * random.NextDouble()), stop);
        }
    }

    private const int Kinds = 10;

    private async Task MakeAsync(int kind, CancellationToken stop)
    {
        var node = cluster.Nodes[random.Next(cluster.Nodes.Count)];
        var span = TimeSpan.FromSeconds(1 + 7 * random.NextDouble());
        switch (kind)
        {
            case 0:
                Note($"{node.Name} killed");
                await node.KillAsync();
                await WaitAsync(span, stop);
                await node.StartAsync();
                break;
            case 1:
                Note($"{node.Name} hangs for {span.TotalSeconds:F1} s");
                node.Process.Freeze();
                await WaitAsync(span, stop);
                node.Process.Resume();
                break;
            case 2:
                Note($"{node.Name} cut off from the broker for {span.TotalSeconds:F1} s");
                node.CutBroker();
                await WaitAsync(span, stop);
                node.MendBroker();
                break;
            case 3:
                Note($"{node.Name} cut off from the database for {span.TotalSeconds:F1} s");
                node.CutDatabase();
                await WaitAsync(span, stop);
                node.MendDatabase();
                break;
            case 4:
                Note("broker killed");
                await broker.KillAsync();
                await broker.StartAgainAsync();
                break;
            case 5:
                Note("database killed");
                await postgres.KillAsync();
                await WaitAsync(span, stop);
                await postgres.StartAgainAsync();
                break;
            case 6:
                Note($"{node.Name} drained and started again");
                await node.StopAsync();
                await node.StartAsync();
                break;
            case 7:
                Note($"broker hangs for {span.TotalSeconds:F1} s");
                broker.Freeze();
                await WaitAsync(span, stop);
                broker.Resume();
                break;
            case 8:
                Note($"database hangs for {span.TotalSeconds:F1} s");
                postgres.Freeze();
                await WaitAsync(span, stop);
                postgres.Resume();
                break;
            default:
                Note($"all nodes cut off from the broker for {span.TotalSeconds:F1} s");
                foreach (var each in cluster.Nodes)
                    each.CutBroker();
                await WaitAsync(span, stop);
                foreach (var each in cluster.Nodes)
                    each.MendBroker();
                break;
        }
    }

    private void Note(string what)
    {
        lock (_history)
            _history.Add(what);
    }

    /// <summary>How long something lasts is what is tried here, and nothing that is waited for.</summary>
    private static async Task WaitAsync(TimeSpan time, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(time);
        try
        {
            await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            // Enough has happened.
        }
    }
}
