using System.Diagnostics.Metrics;
using Heliograph.Server.Registry;
using Heliograph.Server.Telemetry;

namespace Heliograph.Server.Connect;

/// <summary>
/// Calls whose device is kept in memory, and those that have to ask the database for it, each wait among their own: while the database hangs, whoever
/// has no need of it is answered. The same workers answer both.
/// </summary>
internal sealed class ConnectQueues : IDisposable
{
    /// <summary>As many as keep the processors busy.</summary>
    private const int AtOnce = 64;

    private readonly ConnectWorkers _workers;

    public ConnectQueues(IMeterFactory meters, TimeProvider time)
    {
        _workers = new(time);
        // Who is let in to look something up finds the database free; on a large machine, they are as many as are needed to verify signatures.
        Kept = new(AtOnce, isOfLookUps: false, _workers, time);
        LookUps = new(Math.Max(RegistryLookup.MaxReads, Environment.ProcessorCount), isOfLookUps: true, _workers, time);
        meters.Create(MeterName.Value).CreateObservableGauge(
            "heliograph.connect.waiting", () => Kept.Waiting + LookUps.Waiting, "{call}", "Connect calls that wait for their turn; above 0, more come than can be answered.");
    }

    /// <summary>For those that need no database.</summary>
    public ConnectQueue Kept { get; }

    /// <summary>For those that may have to ask it.</summary>
    public ConnectQueue LookUps { get; }

    public void Dispose() => _workers.Dispose();
}
