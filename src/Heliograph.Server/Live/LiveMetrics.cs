using System.Diagnostics.Metrics;
using Heliograph.Server.Telemetry;

namespace Heliograph.Server.Live;

/// <summary>What those who look at the console cost.</summary>
internal sealed class LiveMetrics
{
    private readonly Counter<long> _dropped;

    public LiveMetrics(IMeterFactory meters) =>
        _dropped = meters.Create(MeterName.Value).CreateCounter<long>(
            "heliograph.live.events.dropped", "{event}", "Events that the console does not show, because there were too many at once.");

    public void EventDropped() => _dropped.Add(1);

    public void EventsDropped(int count)
    {
        if (count > 0)
            _dropped.Add(count);
    }
}
