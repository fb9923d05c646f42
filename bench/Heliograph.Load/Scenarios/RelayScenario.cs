using Heliograph.Load.Readings;
using Heliograph.Load.Servers;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>
/// Rounds of traffic that alternate between the servers, so that what else the machine does falls on all of them alike. All readings
/// are taken while nothing is under way.
/// </summary>
internal sealed class RelayScenario : IDisposable
{
    /// <summary>
    /// Taken twice. What was called thirty times is compiled anew, and after thirty more for good: that is over then with what the bench itself asks of a
    /// server between rounds.
    /// </summary>
    private const int WarmUpReadings = 40;

    private readonly Settings _settings;
    private readonly IReadOnlyList<IRelayServer> _servers;
    private readonly EventLoop _loop = new();
    private readonly List<PairSet> _pairs = [];

    public RelayScenario(Settings settings, IReadOnlyList<IRelayServer> servers)
    {
        _settings = settings;
        _servers = servers;
        foreach (var server in servers)
        {
            Progress.Say($"{server.Name}: opening {settings.Pairs} pairs");
            var pairs = PairSet.Open(server, _loop, settings.Pairs, settings.PayloadBytes);
            _pairs.Add(pairs);
            RunTraffic(server, pairs, new OpeningTraffic(pairs));
            Progress.Say($"{server.Name}: warming up");
            Read(server, WarmUpReadings);
            RunTraffic(server, pairs, Settling(pairs));
            Read(server, WarmUpReadings);
            RunTraffic(server, pairs, new ClosedLoopTraffic(pairs, settings.WarmUpTime));
        }
    }

    public IReadOnlyList<RelayResult> RunClosedLoop() =>
        RunRounds("closed loop", pairs => new ClosedLoopTraffic(pairs, _settings.RoundTime));

    public IReadOnlyList<RelayResult> RunOpenLoop()
    {
        foreach (var (server, pairs) in _servers.Zip(_pairs))
        {
            RunTraffic(server, pairs, OpenLoop(pairs, _settings.WarmUpTime));
        }

        return RunRounds("open loop", pairs => OpenLoop(pairs, _settings.RoundTime));
    }

    public void Dispose()
    {
        _pairs.ForEach(pairs => pairs.Dispose());
        _loop.Dispose();
    }

    private static void Read(IRelayServer server, int times)
    {
        for (var i = 0; i < times; i++)
        {
            server.ReadAllocatedBytes();
        }
    }

    /// <summary>At the open loop's rate where that is to be kept up anyway; it may be more than the server can.</summary>
    private Traffic Settling(PairSet pairs) => _settings.Scenarios.Contains(ScenarioNames.OpenLoop, StringComparer.Ordinal)
        ? OpenLoop(pairs, _settings.SettleTime)
        : new ClosedLoopTraffic(pairs, _settings.SettleTime);

    private OpenLoopTraffic OpenLoop(PairSet pairs, TimeSpan time) => new(pairs, _loop.Ticker, _settings.Rate, time);

    private List<RelayResult> RunRounds(string mode, Func<PairSet, Traffic> traffic)
    {
        var results = _servers.Select(_ => new RelayResult()).ToList();
        for (var round = 1; round <= _settings.Rounds; round++)
        {
            Progress.Say($"{mode}: round {round} of {_settings.Rounds}");
            foreach (var i in Turns.Of(_servers.Count, round - 1))
            {
                results[i].Rounds.Add(RunRound(_servers[i], _pairs[i], traffic, results[i].RoundTrips));
            }
        }

        return results;
    }

    private RelayRound RunRound(IRelayServer server, PairSet pairs, Func<PairSet, Traffic> create, LatencyHistogram roundTrips)
    {
        // Asking a server what it has allocated allocates too: the second answer tells how much.
        var first = server.ReadAllocatedBytes();
        var allocatedBefore = server.ReadAllocatedBytes();
        var costOfAsking = allocatedBefore - first;

        var cpuBefore = Cpu(server);
        var startedAt = Clock.Now;
        var traffic = create(pairs);
        RunTraffic(server, pairs, traffic);
        var seconds = (Clock.Now - startedAt) / 1e9;
        var cpu = Cpu(server) - cpuBefore;

        var allocated = server.ReadAllocatedBytes() - allocatedBefore - costOfAsking;
        roundTrips.Add(traffic.RoundTrips);
        return new RelayRound(traffic.Relayed, seconds, cpu?.TotalMicroseconds, allocated is null ? null : Math.Max(0, allocated.Value));
    }

    private void RunTraffic(IRelayServer server, PairSet pairs, Traffic traffic)
    {
        pairs.HandleBy(traffic);
        try
        {
            _loop.Run(traffic);
        }
        catch (LoadException error)
        {
            throw new LoadException(server.Name, error);
        }
    }

    private static TimeSpan? Cpu(IRelayServer server) => server.ProcessId is { } id ? ProcessReadings.CpuTime(id) : null;
}
