using System.Diagnostics;
using System.Text.Json;
using Heliograph.Protocol.Routing;
using Heliograph.Terminal;

namespace Heliograph.Doctor.Steps;

/// <summary>Is a PING answered? SDKs take a connection for dead where there is no PONG within a second.</summary>
internal sealed class PingStep(string name, Func<Visit, PeerSocket?> socketOf) : IStep
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(1);

    public string Name => name;

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (socketOf(visit) is not { } socket)
            return Finding.Skipped("there is no socket");

        var start = Stopwatch.GetTimestamp();
        await socket.SendAsync(RoutingWriter.Ping.ToArray(), cancellationToken);
        var isAnswered = await socket.ReceiveAsync(IsPong, visit.Options.Timeout, cancellationToken) is not null;
        var duration = Stopwatch.GetElapsedTime(start);
        if (!isAnswered)
        {
            return Finding.Failed(
                $"no PONG within {Durations.Measured(visit.Options.Timeout)}{(socket.HasReceived ? ", though other messages come" : ", and nothing else comes either")}",
                socket.HasReceived
                    ? "Messages come from the service; it does not get the PING, or does not answer it. SDKs will take the connection for dead: look at what is between, and ask whoever makes the service."
                    : "Something answered the upgrade and passes no messages on: let the proxy tunnel WebSockets, without buffering, inspection or caching.");
        }

        return duration <= Allowed
            ? Finding.Ok($"PONG after {Durations.Measured(duration)}")
            : Finding.Failed($"PONG after {Durations.Measured(duration)}", "SDKs reconnect where it takes over a second: look at the load of the service and at the network.");
    }

    private static bool IsPong(JsonElement frame) => frame.IsOf("PONG");
}
