using System.Diagnostics.Metrics;
using Heliograph.Server.Telemetry;

namespace Heliograph.Server.Connect;

/// <summary>
/// Calls whose device is kept in memory, and those that have to ask the database for it, each wait among their own: while the database hangs,
/// whoever has no need of it is answered.
/// </summary>
internal sealed class ConnectQueues
{
    public ConnectQueues(IMeterFactory meters, TimeProvider time)
    {
        (Kept, LookUps) = (new(time), new(time));
        meters.Create(MeterName.Value).CreateObservableGauge(
            "heliograph.connect.waiting", () => Kept.Waiting + LookUps.Waiting, "{call}", "Connect calls that wait for their turn; above 0, more come than can be answered.");
    }

    /// <summary>For those that need no database.</summary>
    public ConnectQueue Kept { get; }

    /// <summary>For those that may have to ask it.</summary>
    public ConnectQueue LookUps { get; }
}
