using System.Globalization;
using Heliograph.Load.Readings;

namespace Heliograph.Load.Reporting;

/// <summary>Prints the table for people.</summary>
internal static class ReportTable
{
    private const string Missing = "-";

    public static void Print(
        TextWriter output,
        MachineFacts machine,
        IReadOnlyDictionary<string, string> runtime,
        IReadOnlyList<string> columns,
        IReadOnlyList<ReportRow> rows,
        Settings settings)
    {
        output.WriteLine($"{machine.Processor}, {machine.Cores} cores, Linux {machine.Kernel}, {machine.Runtime}, commit {machine.Commit ?? "unknown"}");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(settings.Tls ? "over TLS" : "without TLS")}; load of the machine in the minute before: {machine.LoadBefore:0.0}"));
        if (runtime.Count > 0)
        {
            output.WriteLine($"the yardsticks have the service's settings: {string.Join(' ', runtime.Select(pair => $"{pair.Key}={pair.Value}"))}");
        }

        if (settings.Quick)
        {
            output.WriteLine("quick run: it shows that everything works, the numbers mean nothing");
        }

        output.WriteLine();
        var last = columns.Count + 4;
        List<string[]> lines = [["", "", .. columns, "ratio", "target", ""]];
        lines.AddRange(rows.Select(Cells));
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            // Names to the left, numbers to the right.
            var cells = line.Select((cell, column) => column is 0 or 1 || column == last ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    private static string[] Cells(ReportRow row) =>
    [
        row.Metric,
        row.Unit,
        .. row.Values.Select(Number),
        row.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : Missing,
        row.Target?.ToString() ?? "",
        row.IsMet switch { true => "met", false => "MISSED", null => row.Target is null ? "" : "not measured" },
    ];

    private static string Number(double? value) => value switch
    {
        null => Missing,
        >= 1000 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 100 => value.Value.ToString("0", CultureInfo.InvariantCulture),
        < 10 => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
    };
}
