using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Relay;

/// <summary>
/// One timer for all connections: pings the silent, which keeps sockets alive through proxies, ends the dead and the stuck, and
/// cuts those that don't answer a close frame.
/// </summary>
internal sealed class KeepAlive(PeerList peers, IOptions<RelayOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var limits = WatchLimits.Of(options.Value);
        var verdicts = new List<(Peer Peer, WatchVerdict Verdict)>();
        using var timer = new PeriodicTimer(WatchLimits.TickOf(options.Value), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                peers.Tick(limits, verdicts);
                foreach (var (peer, verdict) in verdicts)
                    Act(peer, verdict);
                verdicts.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops; its connections have ended before.
        }
    }

    private void Act(Peer peer, WatchVerdict verdict)
    {
        switch (verdict)
        {
            case WatchVerdict.Ping:
                peer.SendOwn(OutboundFrame.ControlPing());
                break;
            case WatchVerdict.EndSilent:
                peer.End(EndReason.KeepAliveTimeout);
                break;
            case WatchVerdict.EndSlow:
                peer.EndSlow();
                break;
            case WatchVerdict.EndMidMessage:
                peer.End(EndReason.MessageTimeout);
                break;
            case WatchVerdict.Cut:
                peers.Cut(peer);
                break;
        }
    }
}
