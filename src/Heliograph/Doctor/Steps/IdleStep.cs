using Heliograph.Protocol.Routing;
using Heliograph.Server.Hosting;

namespace Heliograph.Doctor.Steps;

/// <summary>Do sockets live on when nobody says anything? Cameras are silent for hours.</summary>
internal sealed class IdleStep : IStep
{
    public string Name => "Idle";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        if (visit.Options.Idle is not { } idle)
            return Finding.Skipped("not asked for", "--idle 90s finds proxies that cut silent sockets.");
        var sockets = ((PeerSocket?[])[visit.ClientSocket, visit.DeviceSocket]).OfType<PeerSocket>().Where(x => x.Ending is null).ToList();
        if (sockets.Count == 0)
            return Finding.Skipped("there is no open socket");

        await Task.WhenAny([Task.Delay(idle, visit.Time, cancellationToken), .. sockets.Select(x => x.Ended)]);
        cancellationToken.ThrowIfCancellationRequested();
        if (sockets.FirstOrDefault(x => x.Ending is not null) is { } ended)
        {
            return Finding.Failed(
                $"a silent connection ended {ended.Ending}",
                "A proxy, balancer or firewall cuts what is idle. The service pings every 25 seconds (Relay:PingInterval): raise the idle timeout above it, or lower the interval.");
        }

        foreach (var socket in sockets)
        {
            await socket.SendAsync(RoutingWriter.Ping.ToArray(), cancellationToken);
            if (await socket.ReceiveAsync(frame => frame.IsOf("PONG"), visit.Options.Timeout, cancellationToken) is null)
            {
                return Finding.Failed(
                    $"after {TimeInWords.Of(idle)} of silence a connection is dead, though nobody closed it",
                    "A firewall forgets what is idle. Lower Relay:PingInterval, and let SDKs check the connection after sleep.");
            }
        }

        return Finding.Ok($"connections live on after {TimeInWords.Of(idle)} of silence");
    }
}
