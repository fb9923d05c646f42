using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Heliograph.Server.Telemetry;

/// <summary>
/// Keeps the current values of the service's metrics and of the runtime's, for <c>/metrics</c>. A small stand-in for an exporter
/// package: sums and histograms, as the Prometheus text format knows them.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();

    public MetricsCollector(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // By its factory, since a process may hold several services, as tests do.
            if ((instrument.Meter.Name == MeterName.Value && instrument.Meter.Scope == meters) || instrument.Meter.Name == "System.Runtime")
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, Describe));
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>All metrics in the Prometheus text format, version 0.0.4.</summary>
    public string WriteText()
    {
        _listener.RecordObservableInstruments();
        using var text = new StringWriter { NewLine = "\n" };
        foreach (var family in _families.Values.OrderBy(x => x.Name, StringComparer.Ordinal))
            family.WriteTo(text);
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static MetricFamily Describe(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        var kind = type switch
        {
            _ when type.StartsWith("Histogram", StringComparison.Ordinal) => MetricKind.Histogram,
            _ when type.StartsWith("Counter", StringComparison.Ordinal) => MetricKind.Sum,
            _ when type.StartsWith("UpDownCounter", StringComparison.Ordinal) => MetricKind.UpDownSum,
            _ when type.StartsWith("ObservableCounter", StringComparison.Ordinal) => MetricKind.ObservedSum,
            _ => MetricKind.ObservedGauge,
        };
        var bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? DefaultBounds;
        return new(kind, instrument, bounds);
    }
}
