using System.Diagnostics.Metrics;
using Heliograph.Server.Telemetry;

namespace Heliograph.Server.Regions;

/// <summary>What passes between regions.</summary>
internal sealed class RegionMetrics
{
    private readonly Counter<long> _calls;
    private readonly UpDownCounter<long> _tunnels;

    public RegionMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName.Value);
        _calls = meter.CreateCounter<long>(
            "heliograph.regions.calls", "{call}", "Calls and sockets passed on to another region, by region and outcome.");
        _tunnels = meter.CreateUpDownCounter<long>(
            "heliograph.regions.tunnels", "{connection}", "Open sockets of products that have moved away, passed on to their new region.");
    }

    public void Called(string region, string outcome) => _calls.Add(1, new("region", region), new("outcome", outcome));

    public void TunnelOpened(string region) => _tunnels.Add(1, new KeyValuePair<string, object?>("region", region));

    public void TunnelClosed(string region) => _tunnels.Add(-1, new KeyValuePair<string, object?>("region", region));
}
