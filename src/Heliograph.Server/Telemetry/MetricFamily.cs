using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Heliograph.Server.Telemetry;

/// <summary>One metric with its series, one per set of tags.</summary>
internal sealed class MetricFamily
{
    private readonly MetricKind _kind;
    private readonly string? _help;
    private readonly double[] _bounds;
    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);

    public MetricFamily(MetricKind kind, Instrument instrument, double[] bounds)
    {
        _kind = kind;
        _help = instrument.Description;
        _bounds = bounds;
        Name = NameOf(kind, instrument);
    }

    /// <summary>The name in Prometheus' way: underscores, the unit, and <c>_total</c> for sums.</summary>
    public string Name { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // Of a series that is known, without a string of its labels.
        var labels = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        WriteLabels(ref labels, tags);
        if (!_series.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(labels.Text, out var series))
            series = _series.GetOrAdd(labels.Text.ToString(), static (_, buckets) => new(buckets), _bounds.Length);
        labels.Clear();
        lock (series)
        {
            series.Count++;
            series.Value = _kind is MetricKind.ObservedSum or MetricKind.ObservedGauge ? value : series.Value + value;
            if (_kind == MetricKind.Histogram)
            {
                for (var i = 0; i < _bounds.Length; i++)
                {
                    if (value <= _bounds[i])
                        series.Buckets[i]++;
                }
            }
        }
    }

    public void WriteTo(TextWriter text)
    {
        if (_series.IsEmpty)
            return;

        if (!string.IsNullOrEmpty(_help))
            text.WriteLine($"# HELP {Name} {_help.ReplaceLineEndings(" ")}");
        text.WriteLine($"# TYPE {Name} {(_kind == MetricKind.Histogram ? "histogram" : _kind is MetricKind.Sum or MetricKind.ObservedSum ? "counter" : "gauge")}");
        foreach (var (labels, series) in _series.OrderBy(x => x.Key, StringComparer.Ordinal))
        {
            lock (series)
            {
                if (_kind == MetricKind.Histogram)
                    WriteHistogram(text, labels, series);
                else
                    text.WriteLine($"{Name}{Braces(labels)} {Number(series.Value)}");
            }
        }
    }

    private void WriteHistogram(TextWriter text, string labels, Series series)
    {
        var separator = labels.Length > 0 ? "," : "";
        for (var i = 0; i < _bounds.Length; i++)
            text.WriteLine($"{Name}_bucket{{{labels}{separator}le=\"{Number(_bounds[i])}\"}} {series.Buckets[i]}");
        text.WriteLine($"{Name}_bucket{{{labels}{separator}le=\"+Inf\"}} {series.Count}");
        text.WriteLine($"{Name}_sum{Braces(labels)} {Number(series.Value)}");
        text.WriteLine($"{Name}_count{Braces(labels)} {series.Count}");
    }

    private static string NameOf(MetricKind kind, Instrument instrument)
    {
        var name = new StringBuilder(instrument.Name.Replace('.', '_').Replace('-', '_'));
        var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        if (!instrument.Name.EndsWith(unit, StringComparison.Ordinal))
            name.Append(unit);
        if (kind is MetricKind.Sum or MetricKind.ObservedSum)
            name.Append("_total");
        return name.ToString();
    }

    private static void WriteLabels(ref DefaultInterpolatedStringHandler text, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
        {
            if (text.Text.Length > 0)
                text.AppendLiteral(",");
            var escaped = value?.ToString()?.Replace("\\", @"\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.AppendLiteral(key.Replace('.', '_'));
            text.AppendLiteral("=\"");
            text.AppendFormatted(escaped);
            text.AppendLiteral("\"");
        }
    }

    private static string Braces(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private sealed class Series(int buckets)
    {
        public double Value { get; set; }
        public long Count { get; set; }
        public long[] Buckets { get; } = new long[buckets];
    }
}
