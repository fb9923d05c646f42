namespace Heliograph.Load.Reporting;

/// <summary>A line of the table, with a value for each server.</summary>
/// <param name="Metric">What it is.</param>
/// <param name="Unit">Of the values.</param>
/// <param name="Values">In the order of the columns; null where there is none.</param>
/// <param name="Service">What is judged.</param>
/// <param name="Reference">What it is compared with, where it is.</param>
/// <param name="Target">What it has to reach.</param>
internal sealed record ReportRow(
    string Metric, string Unit, IReadOnlyList<double?> Values, double? Service, double? Reference, Target? Target)
{
    private const double NextToNothing = 0.01;

    /// <summary>Null where the reference has next to nothing, such as allocated bytes.</summary>
    public double? Ratio => Reference is > NextToNothing ? Service / Reference : null;

    public bool? IsMet => Target?.IsMet(Service, Ratio);
}
