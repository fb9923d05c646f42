using System.Text.Json.Serialization;
using Heliograph.Load.Readings;
using Heliograph.Load.Servers;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>What a storm came to.</summary>
/// <param name="Devices">How many came.</param>
/// <param name="Seconds">From the first connect until the last one was in.</param>
/// <param name="CpuMicroseconds">The server's, the relaying included.</param>
/// <param name="GeneratorSeconds">The generator's own CPU time, which the server's cores were without.</param>
/// <param name="Refused">Calls answered with 429, which came again when they were told to.</param>
/// <param name="Broken">Connections that ended or were silent before they were open: those came again after a second.</param>
internal sealed record StormRound(
    int Devices, double Seconds, double? CpuMicroseconds, double GeneratorSeconds, long Refused, long Broken)
{
    /// <summary>Of those that were connected before, while the storm went on.</summary>
    [JsonIgnore]
    public LatencyHistogram RoundTrips { get; init; } = new();

    [JsonIgnore]
    public LatencyHistogram Lateness { get; init; } = new();

    public double? CpuPerConnect => CpuMicroseconds / Devices;

    public double RoundTripP50 => RoundTrips.Percentile(50) / 1000;

    public double RoundTripP99 => RoundTrips.Percentile(99) / 1000;

    public double LatenessP99 => Lateness.Percentile(99) / 1000;
}

/// <summary>
/// All devices come at once, as after an outage, to a server on which others are relaying. A fresh server for each storm, and devices that it has
/// never seen, unless some are to be known, each with a key of its own. Servers take turns.
/// </summary>
internal static class StormScenario
{
    // For what comes and goes besides the sockets.
    private const int SpareDescriptors = 64;

    // Two kB where it is let in at once, and more where it has to come again.
    private const long GarbageOfADevice = 8 * 1024;

    public static IReadOnlyList<IReadOnlyList<StormRound>> Run(Settings settings, IReadOnlyList<ServerKind> kinds)
    {
        var results = kinds.Select(_ => new List<StormRound>()).ToList();
        for (var round = 1; round <= settings.StormRounds; round++)
        {
            foreach (var i in Turns.Of(kinds.Count, round - 1))
            {
                Progress.Say($"storm: round {round} of {settings.StormRounds}, {kinds[i].Name}, preparing");
                using var server = kinds[i].Start(settings.Pairs + settings.StormDevices + WarmUps(settings));
                results[i].Add(RunOn(settings, server));
            }
        }

        return results;
    }

    private static StormRound RunOn(Settings settings, IRelayServer server)
    {
        using var loop = new EventLoop();
        using var pairs = PairSet.Open(server, loop, settings.Pairs, settings.PayloadBytes);
        Run(loop, pairs, new OpeningTraffic(pairs));
        // Compiled code on both sides; the storm itself is the first that its devices are seen.
        Run(loop, pairs, new OpenLoopTraffic(pairs, loop.Ticker, settings.StormRate, settings.WarmUpTime));
        WarmUp(server, settings);

        using var storm = new Storm(server, loop, settings.Pairs, Math.Min(settings.StormDevices, Room(server)));
        var traffic = new OpenLoopTraffic(pairs, loop.Ticker, settings.StormRate, time: null);
        pairs.HandleBy(traffic);
        using var background = new BackgroundRun(loop, traffic);
        Progress.Say($"storm: {server.Name}, {storm.Count} devices");
        using var noCollections = new NoCollections(storm.Count * GarbageOfADevice);
        var (cpuBefore, ownBefore, startedAt) = (Cpu(server), Environment.CpuUsage.TotalTime, Clock.Now);
        try
        {
            storm.Run(background.ThrowIfFailed);
        }
        finally
        {
            traffic.End();
        }

        var seconds = (Clock.Now - startedAt) / 1e9;
        var cpu = Cpu(server) - cpuBefore;
        var own = Environment.CpuUsage.TotalTime - ownBefore;
        background.Stop();
        return new StormRound(storm.Count, seconds, cpu?.TotalMicroseconds, own.TotalSeconds, storm.Refused, storm.Broken)
        {
            RoundTrips = traffic.RoundTrips,
            Lateness = traffic.Lateness,
        };
    }

    private static void Run(EventLoop loop, PairSet pairs, Traffic traffic)
    {
        pairs.HandleBy(traffic);
        loop.Run(traffic);
    }

    /// <summary>
    /// Connects that have the server compile what they take: a service that lived through an outage has. Of devices of their own, behind those of
    /// the storm, and of those of the storm that it is to know, spread among the others.
    /// </summary>
    private static void WarmUp(IRelayServer server, Settings settings)
    {
        ConnectOnce(server, [.. Enumerable.Range(settings.Pairs + settings.StormDevices, WarmUps(settings))]);
        server.PrepareDevices(settings.Pairs, settings.StormDevices);
        ConnectOnce(server, [.. Enumerable.Range(0, settings.StormKnown).Select(i => settings.Pairs + (int)((long)i * settings.StormDevices / settings.StormKnown))]);
    }

    private static void ConnectOnce(IRelayServer server, int[] devices)
    {
        var connections = new WebSocketConnection[devices.Length];
        Workers.Run(connections.Length, i => connections[i] = server.OpenDevice(devices[i]));
        Workers.Run(connections.Length, i => connections[i].CloseAndWait());
    }

    private static int WarmUps(Settings settings) => Math.Min(settings.Connects, settings.StormDevices / 10);

    private static int Room(IRelayServer server)
    {
        var own = ProcessReadings.RoomForFiles(Environment.ProcessId);
        var its = server.ProcessId is { } id ? ProcessReadings.RoomForFiles(id) : own;
        return Math.Max(1, Math.Min(own, its) - SpareDescriptors);
    }

    private static TimeSpan? Cpu(IRelayServer server) => server.ProcessId is { } id ? ProcessReadings.CpuTime(id) : null;
}
