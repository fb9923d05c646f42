using System.Globalization;
using Heliograph.Load.Readings;

namespace Heliograph.Load.Reporting;

/// <summary>Prints the table for people.</summary>
internal static class ReportTable
{
    private const string Missing = "-";

    public static void Print(
        TextWriter output, MachineFacts machine, IReadOnlyDictionary<string, string> runtime, IReadOnlyList<ReportRow> rows, bool quick)
    {
        output.WriteLine($"{machine.Processor}, {machine.Cores} cores, Linux {machine.Kernel}, {machine.Runtime}");
        if (runtime.Count > 0)
        {
            output.WriteLine($"all servers with {string.Join(' ', runtime.Select(pair => $"{pair.Key}={pair.Value}"))}");
        }


        if (quick)
        {
            output.WriteLine("quick run: it shows that everything works, the numbers mean nothing");
        }

        output.WriteLine();
        List<string[]> lines = [["", "", "service", "bare relay", "ratio", "target", ""]];
        lines.AddRange(rows.Select(Cells));
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            // Names to the left, numbers to the right.
            var cells = line.Select((cell, column) => column is 0 or 1 or 6 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    private static string[] Cells(ReportRow row) =>
    [
        row.Metric,
        row.Unit,
        Number(row.Service),
        Number(row.BareRelay),
        row.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : Missing,
        row.Target?.ToString() ?? "",
        row.IsMet switch { true => "met", false => "MISSED", null => row.Target is null ? "" : "not measured" },
    ];

    private static string Number(double? value) => value switch
    {
        null => Missing,
        >= 1000 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 100 => value.Value.ToString("0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
    };
}
