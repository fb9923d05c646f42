using System.Reflection;

namespace Heliograph.Server.Backplane;

/// <summary>Measures how this process is doing: what changes between two looks is told as a rate.</summary>
internal sealed class NodeVitals(string name, TimeProvider time)
{
    /// <summary>Two looks that are closer together share one measurement.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(900);

    private readonly Lock _lock = new();
    private readonly DateTime _startedAt = time.GetUtcNow().UtcDateTime;
    private (long At, TimeSpan Cpu, long Relayed) _last = (time.GetTimestamp(), Environment.CpuUsage.TotalTime, 0);
    private (double MessagesPerSecond, double Cpu) _rates;

    public static string Version { get; } =
        typeof(NodeVitals).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The node as it is now.</summary>
    public NodeStatus Read(NodeLoad load, BackplaneState state)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (time.GetElapsedTime(_last.At, now) is var elapsed && elapsed > Shortest)
            {
                var cpu = Environment.CpuUsage.TotalTime;
                _rates = (Math.Max(0, load.Relayed - _last.Relayed) / elapsed.TotalSeconds, (cpu - _last.Cpu) / elapsed);
                _last = (now, cpu, load.Relayed);
            }

            return new(
                name, Version, _startedAt, time.GetUtcNow().UtcDateTime, StateOf(load, state), load, _rates.MessagesPerSecond, _rates.Cpu, Environment.WorkingSet);
        }
    }

    private static NodeState StateOf(NodeLoad load, BackplaneState state) => state switch
    {
        _ when load.IsStopping => NodeState.Leaving,
        BackplaneState.CutOff => NodeState.Leaving,
        BackplaneState.Degraded => NodeState.Degraded,
        _ => NodeState.Ready,
    };
}
