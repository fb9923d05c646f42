namespace Heliograph.Server.Telemetry;

/// <summary>How an instrument's measurements become a value.</summary>
internal enum MetricKind
{
    /// <summary>Measurements are added; only goes up.</summary>
    Sum,

    /// <summary>Measurements are added; goes up and down.</summary>
    UpDownSum,

    /// <summary>A measurement is the value; only goes up.</summary>
    ObservedSum,

    /// <summary>A measurement is the value; goes up and down.</summary>
    ObservedGauge,

    /// <summary>Measurements are counted by size.</summary>
    Histogram,
}
