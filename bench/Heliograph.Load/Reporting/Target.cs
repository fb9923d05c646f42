using System.Globalization;

namespace Heliograph.Load.Reporting;

/// <summary>
/// What a row has to reach: a ratio to the bare relay in the same run, or a value where the machine plays no part. Never milliseconds.
/// </summary>
internal sealed record Target(double Limit, bool IsRatio, bool IsStrict)
{
    public static Target Ratio(double atMost) => new(atMost, IsRatio: true, IsStrict: false);

    public static Target Below(double limit) => new(limit, IsRatio: false, IsStrict: true);

    /// <summary>Null while what it judges is missing.</summary>
    public bool? IsMet(double? value, double? ratio) => (IsRatio ? ratio : value) switch
    {
        { } measured => IsStrict ? measured < Limit : measured <= Limit,
        null => null,
    };

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsStrict ? "<" : "<=")} {Limit}{(IsRatio ? "x" : "")}");
}
