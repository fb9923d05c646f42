using System.Net;
using System.Net.Sockets;
using Heliograph.Server.Ice.Stun;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Ice;

/// <summary>
/// Asks the STUN and TURN servers again and again, as a peer does, from the start on. What it finds is told in the log where it changes, and
/// in <c>/health/ready</c>; it stops nobody, since peers may reach what this machine can't.
/// </summary>
internal sealed partial class IceCheck(IceServers servers, IOptions<IceOptions> options, TimeProvider time, ILogger<IceCheck> logger) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private volatile IceServerHealth[]? _latest;

    /// <summary>What was found last; null where nothing is configured, or nothing is to be checked.</summary>
    public IReadOnlyList<IceServerHealth>? Latest => _latest;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.CheckInterval == TimeSpan.Zero || !options.Value.AllServers.Any())
            return;

        _latest = [.. Targets().Select(x => new IceServerHealth(x.Url, "unchecked"))];
        using var timer = new PeriodicTimer(options.Value.CheckInterval, time);
        try
        {
            do
            {
                var before = _latest;
                _latest = await Task.WhenAll(Targets().Select(x => ExamineAsync(x.Url, x.Server, stoppingToken)));
                for (var i = 0; i < _latest.Length; i++)
                    Tell(before[i], _latest[i]);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private IEnumerable<(string Url, Protocol.IceServer Server)> Targets() =>
        servers.ForCheck().SelectMany(server => server.Urls, (server, url) => (url, server));

    private async Task<IceServerHealth> ExamineAsync(string url, Protocol.IceServer server, CancellationToken cancellationToken)
    {
        IceFinding finding;
        try
        {
            finding = await new IceExamination(url, server, Timeout, ResolveAsync).ExamineAsync(cancellationToken);
        }
        catch (Exception error) when (error is SocketException or TimeoutException)
        {
            finding = IceFinding.Failed("has a name that can't be resolved", "Check its spelling, and this machine's name server.");
        }
        // Whatever else there may be about a server, such as a name that no resolver takes: it must not end the service.
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            finding = IceFinding.Failed($"can't be asked: {error.Message.TrimEnd('.')}", "Check its URL.");
        }

        var status = finding.Outcome switch { IceOutcome.Ok => "ok", IceOutcome.Warning => "warning", _ => "failed" };
        return new(url, status, finding.Seen, finding.Remedy, time.GetUtcNow().UtcDateTime);
    }

    private void Tell(IceServerHealth before, IceServerHealth now)
    {
        if (now.Status != "ok" && (before.Status != now.Status || before.Remedy != now.Remedy))
            LogTrouble(logger, now.Url, now.Seen!, now.Remedy!);
        else if (now.Status == "ok" && before.Status is "warning" or "failed")
            LogRecovered(logger, now.Url);
    }

    private static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(timeout, cancellationToken);
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
    }

    [LoggerMessage(LogLevel.Warning, "The ICE server {Url} {Seen}. {Remedy}")]
    private static partial void LogTrouble(ILogger logger, string url, string seen, string remedy);

    [LoggerMessage(LogLevel.Information, "The ICE server {Url} works again")]
    private static partial void LogRecovered(ILogger logger, string url);
}
