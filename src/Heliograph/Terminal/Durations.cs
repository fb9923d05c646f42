using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Heliograph.Server.Hosting;

namespace Heliograph.Terminal;

/// <summary>Durations as people write and read them: <c>90s</c>, <c>1h</c>; <c>12 ms</c>.</summary>
internal static class Durations
{
    /// <summary>What <see cref="TryParse"/> understands, for help texts and errors.</summary>
    public const string Form = "a number and ms, s, m, h or d, such as 90s or 1h";

    /// <summary>An option that takes a duration.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="description">What it says.</param>
    /// <param name="longest">More is refused; null where anything will do.</param>
    public static Option<TimeSpan?> Option(string name, string description, TimeSpan? longest = null) =>
        new(name) { Description = description, HelpName = "TIME", CustomParser = result => Parse(result, name, longest) };

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (!double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        double? seconds = text[digits..] switch
        {
            "ms" => number / 1000,
            "s" => number,
            "m" => number * 60,
            "h" => number * 3600,
            "d" => number * 86_400,
            _ => null,
        };
        // A century is more than anything here lasts, and every clock can add it.
        if (seconds is not (> 0 and <= 36_525 * 86_400.0))
            return false;
        duration = TimeSpan.FromSeconds(seconds.Value);
        return true;
    }

    /// <summary>A measured time: <c>12 ms</c>, <c>1.3 s</c>.</summary>
    public static string Measured(TimeSpan time) => time < TimeSpan.FromSeconds(1)
        ? $"{Math.Max(1, Math.Round(time.TotalMilliseconds)).ToString(CultureInfo.InvariantCulture)} ms"
        : $"{Math.Round(time.TotalSeconds, 1).ToString(CultureInfo.InvariantCulture)} s";

    private static TimeSpan? Parse(ArgumentResult result, string name, TimeSpan? longest)
    {
        var text = result.Tokens[0].Value;
        if (!TryParse(text, out var duration))
            result.AddError($"{name}: '{text}' is not a time: write {Form}");
        else if (duration > longest)
            result.AddError($"{name}: '{text}' is too long; {TimeInWords.Of(longest.Value)} at most");
        else
            return duration;
        return null;
    }
}
