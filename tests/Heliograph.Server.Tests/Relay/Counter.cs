using System.Diagnostics.Metrics;

namespace Heliograph.Server.Tests.Relay;

/// <summary>What a service adds to one of its counters from now on, by the value of a tag.</summary>
internal sealed class Counter : IDisposable
{
    private readonly Dictionary<string, long> _sums = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public Counter(TestService service, string name, string tag)
    {
        // Other tests' services, in the same process, have meters of the same name.
        var factory = service.Get<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == name && instrument.Meter.Scope == factory)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            var key = "";
            foreach (var pair in tags)
                key = pair.Key == tag ? pair.Value?.ToString() ?? "" : key;
            lock (_sums)
                _sums[key] = _sums.GetValueOrDefault(key) + value;
        });
        _listener.Start();
    }

    public long Of(string value)
    {
        lock (_sums)
            return _sums.GetValueOrDefault(value);
    }

    public void Dispose() => _listener.Dispose();
}
