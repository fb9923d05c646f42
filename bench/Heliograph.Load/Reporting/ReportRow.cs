namespace Heliograph.Load.Reporting;

/// <summary>A line of the table.</summary>
internal sealed record ReportRow(string Metric, string Unit, double? Service, double? BareRelay, Target? Target)
{
    /// <summary>Null where the bare relay has next to nothing, such as allocated bytes.</summary>
    public double? Ratio => BareRelay is >= 1 ? Service / BareRelay : null;

    public bool? IsMet => Target?.IsMet(Service, Ratio);
}
