using System.Diagnostics.Metrics;
using Heliograph.Server.Telemetry;

namespace Heliograph.Server.Ice;

/// <summary>What TURN servers report.</summary>
internal sealed class TurnMetrics
{
    private readonly Counter<long> _relayed;

    public TurnMetrics(IMeterFactory meters) => _relayed = meters.Create(MeterName.Value).CreateCounter<long>(
        "heliograph.turn.relayed", "By", "Bytes that TURN servers reported, by whether the device is known here.");

    /// <summary>Bytes were reported.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="isKnown">Whether the device is one of this service's, and they were counted for it.</param>
    public void Reported(long bytes, bool isKnown) => _relayed.Add(bytes, new KeyValuePair<string, object?>("device", isKnown ? "known" : "unknown"));
}
