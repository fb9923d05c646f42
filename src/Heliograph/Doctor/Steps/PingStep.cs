using System.Diagnostics;
using Heliograph.Protocol.Routing;
using Heliograph.Terminal;

namespace Heliograph.Doctor.Steps;

/// <summary>Is a PING answered? SDKs take a connection for dead where there is no PONG within a second.</summary>
internal sealed class PingStep(string name, Func<Visit, PeerSocket?> socketOf) : IStep
{
    private const int Tries = 3;

    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(1);

    public string Name => name;

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (socketOf(visit) is not { } socket)
            return Finding.Skipped("there is no socket");

        // One late answer may be chance.
        var duration = await PingAsync(visit, socket, cancellationToken);
        for (var i = 1; i < Tries && duration > Allowed; i++)
            duration = await PingAsync(visit, socket, cancellationToken);
        if (duration is not { } taken)
        {
            return Finding.Failed(
                $"no PONG within {Durations.Measured(visit.Options.Timeout)}{(socket.HasReceived ? ", though other messages come" : ", and nothing else comes either")}",
                socket.HasReceived
                    ? "Messages come from the service; it does not get the PING, or does not answer it. SDKs will take the connection for dead: look at what is between, and ask whoever makes the service."
                    : "Something answered the upgrade and passes no messages on: let the proxy tunnel WebSockets, without buffering, inspection or caching.");
        }

        return taken <= Allowed
            ? Finding.Ok($"PONG after {Durations.Measured(taken)}")
            : Finding.Failed($"PONG after {Durations.Measured(taken)}, at {Tries} tries", "SDKs reconnect where it takes over a second: look at the load of the service and at the network.");
    }

    /// <summary>How long the answer took; null where none came.</summary>
    private static async Task<TimeSpan?> PingAsync(Visit visit, PeerSocket socket, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        await socket.SendAsync(RoutingWriter.Ping.ToArray(), cancellationToken);
        var answer = await socket.ReceiveAsync(frame => frame.IsOf("PONG"), visit.Options.Timeout, cancellationToken);
        return answer is null ? null : Stopwatch.GetElapsedTime(start);
    }
}
