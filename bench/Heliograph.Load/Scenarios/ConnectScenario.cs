using Heliograph.Load.Readings;
using Heliograph.Load.Servers;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>What one round of connects cost the server.</summary>
internal sealed record ConnectRound(int Connects, double Seconds, double? CpuMicroseconds)
{
    public double? PerSecond => Connects / Seconds;

    public double? CpuPerConnect => CpuMicroseconds / Connects;
}

/// <summary>
/// Devices that come online, as after a power cut: each calls over HTTP with a token, then opens its WebSocket, on connections of their
/// own, or on the one of the call, as the .NET SDK does. On the yardsticks it is the WebSocket alone. They leave politely between rounds, outside the measurement. What a signature's
/// verification costs is measured in the same rounds.
/// </summary>
internal static class ConnectScenario
{
    public static IReadOnlyList<IReadOnlyList<ConnectRound>> Run(
        Settings settings, IReadOnlyList<IRelayServer> servers, bool onOneConnection, ICollection<double> signatureCosts)
    {
        var results = servers.Select(_ => new List<ConnectRound>()).ToList();
        for (var round = 1 - settings.ConnectWarmUps; round <= settings.ConnectRounds; round++)
        {
            Progress.Say(round <= 0 ? "connects: warming up" : $"connects: round {round} of {settings.ConnectRounds}");
            foreach (var i in Turns.Of(servers.Count, round + settings.ConnectWarmUps - 1))
            {
                var measured = RunRound(servers[i], settings.Connects, onOneConnection);
                if (round > 0)
                {
                    results[i].Add(measured);
                }
            }

            signatureCosts.Add(SignatureCost.Measure(settings.Verifications));
        }

        return results;
    }

    private static ConnectRound RunRound(IRelayServer server, int connects, bool onOneConnection)
    {
        server.PrepareDevices(0, connects);
        var connections = new WebSocketConnection[connects];
        var cpuBefore = Cpu(server);
        var startedAt = Clock.Now;
        Workers.Run(connects, i => connections[i] = server.OpenDevice(i, onOneConnection));
        var seconds = (Clock.Now - startedAt) / 1e9;
        var cpu = Cpu(server) - cpuBefore;

        Workers.Run(connects, i => connections[i].CloseAndWait());
        return new ConnectRound(connects, seconds, cpu?.TotalMicroseconds);
    }

    private static TimeSpan? Cpu(IRelayServer server) => server.ProcessId is { } id ? ProcessReadings.CpuTime(id) : null;
}
