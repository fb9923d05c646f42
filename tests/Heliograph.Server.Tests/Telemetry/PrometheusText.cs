using System.Globalization;
using System.Text.RegularExpressions;

namespace Heliograph.Server.Tests.Telemetry;

/// <summary>Reads the Prometheus text format, version 0.0.4, as strictly as a scraper does.</summary>
internal sealed class PrometheusText
{
    private static readonly Regex Sample = new(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*",?)*)\})? (?<value>\S+)$""",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    private PrometheusText()
    {
    }

    /// <summary>The type of each family.</summary>
    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    public IEnumerable<string> Series => _samples.Keys;

    /// <summary>A sample's value; 0 where there is none.</summary>
    public double this[string series] => _samples.GetValueOrDefault(series);

    /// <summary>The sum of all samples that begin so.</summary>
    public double Sum(string prefix) => _samples.Where(x => x.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(x => x.Value);

    /// <exception cref="FormatException">A line is not as it should be.</exception>
    public static PrometheusText Parse(string text)
    {
        if (!text.EndsWith('\n') || text.Contains('\r'))
            throw new FormatException("Lines end in a single line feed, the last one too.");

        var result = new PrometheusText();
        var family = "";
        foreach (var line in text[..^1].Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
                continue;
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ');
                family = parts[2];
                if (parts.Length != 4 || parts[3] is not ("counter" or "gauge" or "histogram") || !result.Types.TryAdd(family, parts[3]))
                    throw new FormatException($"A family's type is told once: {line}");
                continue;
            }

            result.Add(line, family);
        }

        return result;
    }

    private void Add(string line, string family)
    {
        var match = Sample.Match(line);
        if (!match.Success || !double.TryParse(match.Groups["value"].Value.Replace("+Inf", "Infinity", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            throw new FormatException($"No sample: {line}");

        var name = match.Groups["name"].Value;
        var isOfFamily = Types[family] == "histogram" ? name.StartsWith(family + "_", StringComparison.Ordinal) : name == family;
        if (!isOfFamily || !_samples.TryAdd(match.Groups["labels"].Success ? $"{name}{{{match.Groups["labels"].Value}}}" : name, value))
            throw new FormatException($"A sample stands once, under its family: {line}");
    }
}
