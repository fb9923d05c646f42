using System.Globalization;
using System.Text.Json;
using Heliograph.Server.Tokens.Inspection;
using Heliograph.Terminal;

namespace Heliograph.Tokens;

/// <summary>What was found out about a token, told to a person.</summary>
internal static class InspectionText
{
    public static void Write(Output output, TokenReport report, DateTimeOffset now)
    {
        WritePart(output, "Header", report.Header, now);
        WritePart(output, "Claims", report.Claims, now);
        output.Line("Signature");
        output.Line($"  {report.Signature}");
        output.Line();
        if (report.Accepted)
        {
            output.Line($"A service would accept it as a {report.Role}'s token{(report.Device is { } device ? $" for {device}" : "")}.");
            return;
        }

        output.Line($"A service would refuse it as a {report.Role}'s token:");
        foreach (var (problem, number) in report.Problems.Select((x, i) => (x, i + 1)))
        {
            output.Line($"  {number.ToString(CultureInfo.InvariantCulture)}. {Output.Printable(problem.What)}");
            output.Line($"     → {problem.Remedy}");
        }
    }

    private static void WritePart(Output output, string title, JsonElement? part, DateTimeOffset now)
    {
        output.Line(title);
        if (part is not { } fields)
        {
            output.Line("  can't be read");
            return;
        }

        var width = fields.EnumerateObject().Select(x => x.Name.Length).DefaultIfEmpty().Max();
        foreach (var field in fields.EnumerateObject())
            output.Line($"  {Output.Printable(field.Name).PadRight(width)}  {Output.Printable(Claim.Describe(field.Name, field.Value, now))}");
    }
}
