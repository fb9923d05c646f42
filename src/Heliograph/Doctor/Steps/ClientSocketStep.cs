using Heliograph.Protocol.Routing;
using Heliograph.Terminal;

namespace Heliograph.Doctor.Steps;

/// <summary>Does the client's signaling URL open a WebSocket?</summary>
internal sealed class ClientSocketStep : IStep
{
    private static readonly TimeSpan TimeToSettle = TimeSpan.FromSeconds(1);

    public string Name => "Client's socket";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (!visit.AreUrlsFit || visit.Client is not { } client)
            return Finding.Skipped("there is no signaling URL to open");

        (visit.ClientSocket, var duration) = await Upgrade.OpenAsync(visit, client.SignalingUrl, cancellationToken);
        // The upgrade is answered before the client has its place; who has heard a PONG has it. Whether there is one is judged by its own step.
        await visit.ClientSocket.SendAsync(RoutingWriter.Ping.ToArray(), cancellationToken);
        await visit.ClientSocket.ReceiveAsync(frame => frame.IsOf("PONG"), TimeToSettle, cancellationToken);
        return Finding.Ok($"the upgrade is answered 101 ({Durations.Measured(duration)})");
    }
}
