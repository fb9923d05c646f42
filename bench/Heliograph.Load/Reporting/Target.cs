using System.Globalization;

namespace Heliograph.Load.Reporting;

/// <summary>
/// What a row has to reach: a ratio to the floor in the same run, or a value.
/// </summary>
internal sealed record Target(double Limit, bool IsRatio, bool IsStrict)
{
    public static Target Ratio(double atMost) => new(atMost, IsRatio: true, IsStrict: false);

    public static Target AtMost(double limit) => new(limit, IsRatio: false, IsStrict: false);

    public static Target Below(double limit) => new(limit, IsRatio: false, IsStrict: true);

    /// <summary>Null while what it judges is missing.</summary>
    public bool? IsMet(double? value, double? ratio) => (IsRatio ? ratio : value) switch
    {
        { } measured => IsStrict ? measured < Limit : measured <= Limit,
        null => null,
    };

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsStrict ? "<" : "<=")} {Limit:0.##}{(IsRatio ? "x" : "")}");
}
