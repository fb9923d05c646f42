using Heliograph.Load.Readings;
using Heliograph.Load.Servers;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>A server's memory before and with its idle connections, in kB.</summary>
internal sealed record IdleRound(int Connections, MemoryReading Before, MemoryReading Unsettled, MemoryReading Settled, bool Collected)
{
    /// <summary>After a garbage collection: what the connections hold.</summary>
    public double? PerConnection => (double)(Settled.Resident - Before.Resident) / Connections;

    /// <summary>Before it: with what the connects have left behind.</summary>
    public double? UnsettledPerConnection => (double)(Unsettled.Resident - Before.Resident) / Connections;

    public double? PrivatePerConnection => (double)(Settled.PrivateDirty - Before.PrivateDirty) / Connections;
}

/// <summary>
/// Thousands of pairs that are connected and silent, on a server that has just been started: memory that earlier load has grown would hide
/// what the connections need.
/// </summary>
internal static class IdleScenario
{
    // For what comes and goes besides the sockets: HTTP calls, the registry's files.
    private const int SpareDescriptors = 64;

    private const int WarmUpPairs = 300;

    public static IReadOnlyList<IReadOnlyList<IdleRound>> Run(Settings settings, IReadOnlyList<ServerKind> kinds)
    {
        var results = kinds.Select(_ => new List<IdleRound>()).ToList();
        for (var round = 1; round <= settings.IdleRounds; round++)
        {
            for (var i = 0; i < kinds.Count; i++)
            {
                Progress.Say($"idle: round {round} of {settings.IdleRounds}, {kinds[i].Name}");
                using var server = kinds[i].Start(settings.IdlePairs);
                if (server.ProcessId is { } processId)
                {
                    results[i].Add(RunRound(settings, server, processId));
                }
            }
        }

        return results;
    }

    private static IdleRound RunRound(Settings settings, IRelayServer server, int processId)
    {
        WarmUp(server, Math.Min(WarmUpPairs, settings.IdlePairs));
        var pairs = Math.Min(settings.IdlePairs, RoomForPairs(processId));
        var collected = Settle(settings, processId);
        var before = ProcessReadings.Memory(processId);

        using var loop = new EventLoop();
        using var keepAlive = new BackgroundRun(loop);
        using var open = PairSet.Open(server, loop, pairs, settings.PayloadBytes);
        Thread.Sleep(settings.IdleTime);
        keepAlive.ThrowIfFailed();
        var unsettled = ProcessReadings.Memory(processId);
        collected &= Settle(settings, processId);
        var settled = ProcessReadings.Memory(processId);
        keepAlive.Stop();
        return new IdleRound(pairs * 2, before, unsettled, settled, collected);
    }

    private static int RoomForPairs(int processId)
    {
        var room = Math.Min(ProcessReadings.RoomForFiles(processId), ProcessReadings.RoomForFiles(Environment.ProcessId));
        return Math.Max(1, (room - SpareDescriptors) / 2);
    }

    /// <summary>Has the server compile and load what connects need, which is no connection's memory.</summary>
    private static void WarmUp(IRelayServer server, int pairs)
    {
        var devices = new WebSocketConnection[pairs];
        var clients = new WebSocketConnection[pairs];
        server.PrepareDevices(0, pairs);
        Workers.Run(pairs, i => devices[i] = server.OpenDevice(i));
        Workers.Run(pairs, i => clients[i] = server.OpenClient(i, out _));
        Workers.Run(pairs, i => clients[i].CloseAndWait());
        Workers.Run(pairs, i => devices[i].CloseAndWait());
    }

    private static bool Settle(Settings settings, int processId)
    {
        var collected = HeapSettling.TryCollect(processId, settings.Collections);
        if (!collected)
        {
            Progress.Say($"process {processId} can't be asked for a garbage collection: its memory is not settled");
        }

        Thread.Sleep(settings.IdleTime);
        return collected;
    }
}
