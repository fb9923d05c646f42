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
            WriteAccepted(output, report);
            return;
        }

        output.Line($"A service would refuse it as a {report.Role}'s token:");
        foreach (var (problem, number) in report.Problems.Select((x, i) => (x, i + 1)))
        {
            output.Line($"  {number.ToString(CultureInfo.InvariantCulture)}. {Output.Printable(problem.What)}");
            output.Line($"     → {problem.Remedy}");
        }
    }

    /// <summary>Anyone can write a token in which nothing is wrong but the signature, so an unchecked one must not read like a right one.</summary>
    private static void WriteAccepted(Output output, TokenReport report)
    {
        var meant = $"a {report.Role}'s token{(report.Device is { } device ? $" for {device}" : "")}";
        if (report.Verified)
        {
            output.Line($"A service would accept it as {meant}.");
            return;
        }

        output.Line($"Nothing in it is wrong for {meant}. Whether a service accepts it depends on its signature, which was not checked.");
        output.Line("→ Name a service that knows the key (--url and --api-key-file, or --profile), or give --public-key FILE.");
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
