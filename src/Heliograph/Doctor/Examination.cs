using System.Diagnostics;
using System.Runtime.CompilerServices;
using Heliograph.Doctor.Steps;

namespace Heliograph.Doctor;

/// <summary>The walk: every step in the order in which a peer comes to it.</summary>
internal static class Examination
{
    /// <summary>Walks, and tells of each step as soon as it is over.</summary>
    /// <param name="visit">What to walk.</param>
    /// <param name="identity">Finds or makes the device to connect as, if there is a way.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    public static async IAsyncEnumerable<StepReport> WalkAsync(
        Visit visit, Func<Task<Identity>>? identity, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<IStep> steps =
        [
            new UrlStep(),
            new DnsStep(),
            new TcpStep(),
            new TlsStep(),
            new ServiceStep(),
            new ClockStep(),
            new CorsStep(),
            new IdentityStep(identity),
            new DeviceConnectStep(),
            new ClientConnectStep(),
            new SignalingUrlStep(),
            // The client comes first: then the device's opening tells both of each other.
            new ClientSocketStep(),
            new DeviceSocketStep(),
            new PeerConnectedStep(),
            new PingStep("Client's PING", x => x.ClientSocket),
            new PingStep("Device's PING", x => x.DeviceSocket),
            new MessageStep(),
            new IdleStep(),
            new IceServersStep(),
        ];
        foreach (var step in steps)
            yield return await TakeAsync(step, visit, cancellationToken);
        foreach (var server in visit.IceServers)
        {
            foreach (var url in server.Urls)
                yield return await TakeAsync(new IceUrlStep(url, server), visit, cancellationToken);
        }
    }

    private static async Task<StepReport> TakeAsync(IStep step, Visit visit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var start = Stopwatch.GetTimestamp();
        Finding finding;
        try
        {
            finding = await step.ExamineAsync(visit, cancellationToken);
        }
        catch (StepFailedException error)
        {
            finding = error.Finding;
        }

        return new(step.Name, finding, Stopwatch.GetElapsedTime(start));
    }
}

/// <summary>How a step went.</summary>
internal sealed record StepReport(string Name, Finding Finding, TimeSpan Duration);
