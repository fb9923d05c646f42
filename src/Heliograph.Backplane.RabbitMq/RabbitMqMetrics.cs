using System.Diagnostics.Metrics;
using Heliograph.Server.Telemetry;

namespace Heliograph.Backplane.RabbitMq;

/// <summary>What is counted of the cluster.</summary>
internal sealed class RabbitMqMetrics
{
    private readonly Counter<long> _sends;
    private readonly Counter<long> _lost;
    private readonly Histogram<double> _answers;
    private Func<int> _countNodes = () => 0;

    public RabbitMqMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName.Value);
        meter.CreateObservableGauge("heliograph.cluster.nodes", () => _countNodes(), "{node}", "Nodes of the cluster that are heard, this one included.");
        _sends = meter.CreateCounter<long>("heliograph.cluster.sends", "{message}", "Frames sent to other nodes, by outcome.");
        _lost = meter.CreateCounter<long>("heliograph.cluster.nodes.lost", "{node}", "Nodes that were lost.");
        _answers = meter.CreateHistogram<double>("heliograph.cluster.answer.duration", "s", "From a frame's sending to the other node's answer.");
    }

    public void CountNodes(Func<int> count) => _countNodes = count;

    public void NodeLost() => _lost.Add(1);

    public void Sent(SendOutcome outcome, TimeSpan duration)
    {
        _sends.Add(1, new KeyValuePair<string, object?>("outcome", TagOf(outcome)));
        if (outcome is SendOutcome.Taken or SendOutcome.NotHere)
            _answers.Record(duration.TotalSeconds);
    }

    private static string TagOf(SendOutcome outcome) => outcome switch
    {
        SendOutcome.Taken => "taken",
        SendOutcome.NotHere => "not_here",
        SendOutcome.NodeGone => "node_gone",
        SendOutcome.Unreachable => "unreachable",
        _ => "timeout",
    };
}
