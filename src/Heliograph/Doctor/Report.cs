using Spectre.Console;

namespace Heliograph.Doctor;

/// <summary>What the walk found, told to a person: a line a step, and at the end the verdict.</summary>
internal static class Report
{
    private const int OutcomeWidth = 8;
    private const int NameWidth = 15;

    public static void Write(IAnsiConsole screen, StepReport step)
    {
        var (word, style) = step.Finding.Outcome switch
        {
            Outcome.Ok => ("ok", new Style(Color.Green)),
            Outcome.Warning => ("warning", new Style(Color.Yellow)),
            Outcome.Failed => ("FAILED", new Style(Color.Red, decoration: Decoration.Bold)),
            _ => ("skipped", new Style(decoration: Decoration.Dim)),
        };
        var plain = step.Finding.Outcome == Outcome.Skipped ? style : Style.Plain;
        Row(screen, new Text(word, style), new Text(step.Name, plain), new Text(step.Finding.Seen, plain));
        if (step.Finding.Remedy is { } remedy)
            Row(screen, Text.Empty, Text.Empty, new Text($"→ {remedy}", plain));
    }

    public static void WriteVerdict(IAnsiConsole screen, IReadOnlyList<StepReport> steps)
    {
        screen.WriteLine();
        screen.Write(new Text($"Verdict: {Verdict(steps)}", new Style(decoration: Decoration.Bold)));
        screen.WriteLine();
    }

    /// <summary>The whole in a few words: the first step that failed, its cause, and what to do.</summary>
    public static string Verdict(IReadOnlyList<StepReport> steps)
    {
        var warnings = steps.Count(x => x.Finding.Outcome == Outcome.Warning) switch { 0 => "", 1 => " One warning.", var count => $" {count} warnings." };
        if (steps.FirstOrDefault(x => x.Finding.Outcome == Outcome.Failed) is { } failed)
        {
            var others = steps.Where(x => x.Finding.Outcome == Outcome.Failed && x != failed).Select(x => x.Name).ToList();
            var more = others.Count == 0 ? "" : $" Also failed: {string.Join(", ", others.Distinct())}.";
            return $"fails at {failed.Name}: {failed.Finding.Seen}. {failed.Finding.Remedy}{more}{warnings}";
        }

        var hasMessages = steps.Any(x => x is { Name: "Messages", Finding.Outcome: Outcome.Ok });
        return hasMessages
            ? $"healthy. A peer gets all the way.{warnings}"
            : $"nothing wrong as far as this examination went; it did not get to messages (see what was skipped).{warnings}";
    }

    private static void Row(IAnsiConsole screen, Text outcome, Text name, Text rest) =>
        screen.Write(new Grid()
            .AddColumn(new GridColumn().Width(OutcomeWidth).NoWrap().PadRight(1))
            .AddColumn(new GridColumn().Width(NameWidth).NoWrap().PadRight(1))
            .AddColumn()
            .AddRow(outcome, name, rest));
}
