using System.Diagnostics.Metrics;
using Heliograph.Server.Telemetry;

namespace Heliograph.Server.Connect;

/// <summary>How the three connect calls went.</summary>
internal sealed class ConnectMetrics
{
    private readonly Histogram<double> _duration;

    public ConnectMetrics(IMeterFactory meters) =>
        _duration = meters.Create(MeterName.Value).CreateHistogram(
            "heliograph.connect.duration",
            "s",
            "Time to answer a connect call, by call and outcome (OK, the error's code, FORWARDED where another region answered, or ABORTED where the caller left).",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    public void Answered(string call, string outcome, TimeSpan duration) =>
        _duration.Record(duration.TotalSeconds, new("call", call), new("outcome", outcome));
}
