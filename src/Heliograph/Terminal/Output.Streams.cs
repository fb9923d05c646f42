using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Heliograph.Terminal;

internal sealed partial class Output
{
    /// <summary>So many rows are looked at before the first one is written, for the widths of the columns.</summary>
    private const int RowsMeasured = 500;

    private const string BetweenColumns = "  ";

    /// <summary>Writes a JSON array, an item a line, as the items come: however many there are, no more than one is in memory.</summary>
    public async Task JsonArrayAsync<T>(IAsyncEnumerable<T> items, JsonTypeInfo<T> type)
    {
        var start = "[";
        await foreach (var item in items)
        {
            await _results.WriteLineAsync(start.Length == 0 ? "," : start);
            await _results.WriteAsync(JsonSerializer.Serialize(item, type));
            start = "";
        }

        await _results.WriteLineAsync(start.Length == 0 ? "\n]" : "[]");
    }

    /// <summary>
    /// Writes rows under their headings as they come. The first rows give the columns their widths; a later cell that is wider moves the
    /// rest of its row.
    /// </summary>
    public async Task TableAsync(IReadOnlyList<string> headings, IAsyncEnumerable<IReadOnlyList<string>> rows)
    {
        var first = new List<IReadOnlyList<string>>();
        int[]? widths = null;
        await foreach (var row in rows)
        {
            if (widths is not null)
            {
                WriteRow(row, widths);
                continue;
            }

            first.Add(row);
            if (first.Count == RowsMeasured)
                widths = WriteTop(headings, first);
        }

        if (widths is null)
            WriteTop(headings, first);
    }

    /// <summary>Shows on a terminal how far long work has come; elsewhere it only does the work.</summary>
    /// <param name="what">What is done, in a few words.</param>
    /// <param name="total">How many steps it has.</param>
    /// <param name="work">The work. It tells each time how many more steps are done; several threads may.</param>
    public async Task ProgressAsync(string what, long total, Func<Action<long>, Task> work)
    {
        if (total == 0)
            return;
        if (!Notes.Profile.Capabilities.Interactive || !Notes.Profile.Capabilities.Ansi)
        {
            await work(_ => { });
            return;
        }

        await Notes.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: total);
                await work(steps => task.Increment(steps));
            });
    }

    private int[] WriteTop(IReadOnlyList<string> headings, List<IReadOnlyList<string>> rows)
    {
        var widths = headings.Select((heading, column) => rows.Select(row => Width(row[column])).Append(Width(heading)).Max()).ToArray();
        // Headings are broken where their rows are, by the terminal alone.
        var width = Screen.Profile.Width;
        Screen.Profile.Width = WidthOfPipe;
        Screen.MarkupLine($"[bold]{Markup.Escape(Pad(headings, widths))}[/]");
        Screen.Profile.Width = width;
        foreach (var row in rows)
            WriteRow(row, widths);
        return widths;
    }

    private void WriteRow(IReadOnlyList<string> row, int[] widths) => _results.WriteLine(Pad(row, widths));

    private static string Pad(IReadOnlyList<string> cells, int[] widths) =>
        string.Join(BetweenColumns, cells.Select((cell, i) => Printable(cell) + new string(' ', Math.Max(0, widths[i] - Width(cell))))).TrimEnd();

    /// <summary>The cells of a terminal that a text takes: ideographs and most emoji take two.</summary>
    private static int Width(string text) => new Segment(Printable(text)).CellCount();
}
