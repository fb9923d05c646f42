using System.Text.Json.Serialization;
using Heliograph.Conformance;
using Spectre.Console;

namespace Heliograph.Verify;

/// <summary>How a run went.</summary>
internal sealed class VerifyReport(string url, IReadOnlyList<CheckResult> results, TimeSpan duration)
{
    public int Failed { get; } = Count(results, CheckOutcome.Failed);

    private int Passed { get; } = Count(results, CheckOutcome.Passed);

    private int NotChecked { get; } = Count(results, CheckOutcome.NotChecked);

    /// <summary>For scripts.</summary>
    public ReportJson ToJson() => new(
        url, Failed == 0, Passed, Failed, NotChecked, (long)duration.TotalMilliseconds,
        [.. results.Select(x => new ResultJson(x.Check.Id, x.Check.Section, x.Check.Rule, WordOf(x.Outcome), x.Expected, x.Saw, x.Reason, (long)x.Duration.TotalMilliseconds))]);

    /// <summary>For a person: a line a check, and what failed explained.</summary>
    public void Write(IAnsiConsole screen)
    {
        foreach (var section in results.GroupBy(x => x.Check.Section))
        {
            Line(screen, CheckCatalogue.TitleOf(section.Key), new Style(decoration: Decoration.Bold));
            foreach (var result in section)
                Write(screen, result);
            screen.WriteLine();
        }

        var words = $"{Passed} passed, {Failed} failed, {NotChecked} not checked ({duration.TotalSeconds:0.0} s)";
        Line(screen, $"{url}: {words}", new Style(Failed > 0 ? Color.Red : Color.Green, decoration: Decoration.Bold));
    }

    private static void Write(IAnsiConsole screen, CheckResult result)
    {
        var (mark, style) = result.Outcome switch
        {
            CheckOutcome.Passed => ("✓", new Style(Color.Green)),
            CheckOutcome.Failed => ("✗", new Style(Color.Red, decoration: Decoration.Bold)),
            _ => ("–", new Style(decoration: Decoration.Dim)),
        };
        screen.Write(new Text($"  {mark} ", style));
        var reason = result.Reason is { } text ? $": {text}" : "";
        Line(screen, result.Check.Id + reason, result.Outcome == CheckOutcome.NotChecked ? style : Style.Plain);
        if (result.Outcome != CheckOutcome.Failed)
            return;
        foreach (var (name, value) in ((string, string?)[])[("rule", result.Check.Rule), ("expected", result.Expected), ("saw", result.Saw), ("why", result.Check.Why)])
            screen.Write(new Grid().AddColumn(new GridColumn().Width(14).NoWrap().PadRight(1)).AddColumn().AddRow(new Text($"      {name}"), new Text(value ?? "")));
    }

    private static void Line(IAnsiConsole screen, string text, Style style)
    {
        screen.Write(new Text(text, style));
        screen.WriteLine();
    }

    private static int Count(IReadOnlyList<CheckResult> results, CheckOutcome outcome) => results.Count(x => x.Outcome == outcome);

    private static string WordOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "passed",
        CheckOutcome.Failed => "failed",
        _ => "notChecked",
    };
}

/// <summary>What <c>--json</c> prints.</summary>
/// <param name="Url">The service's base URL.</param>
/// <param name="Conforms">Whether no check failed.</param>
/// <param name="Passed">How many checks passed.</param>
/// <param name="Failed">How many failed.</param>
/// <param name="NotChecked">How many could not be made.</param>
/// <param name="Milliseconds">How long the run took.</param>
/// <param name="Checks">Every check that was chosen, in the order of the protocol page.</param>
internal sealed record ReportJson(string Url, bool Conforms, int Passed, int Failed, int NotChecked, long Milliseconds, IReadOnlyList<ResultJson> Checks);

/// <summary>How a check went.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Section">The part of the protocol.</param>
/// <param name="Rule">The rule, in the words of the protocol page.</param>
/// <param name="Outcome"><c>passed</c>, <c>failed</c> or <c>notChecked</c>.</param>
/// <param name="Expected">What the rule asks for; of a failed check only.</param>
/// <param name="Saw">What was seen instead; of a failed check only.</param>
/// <param name="Reason">Why it was not checked; of such a check only.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record ResultJson(string Id, string Section, string Rule, string Outcome, string? Expected, string? Saw, string? Reason, long Milliseconds);

/// <summary>What <c>--list --json</c> prints of a check.</summary>
internal sealed record CheckJson(string Id, string Section, string Rule, string Why, string Kind);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportJson))]
[JsonSerializable(typeof(IReadOnlyList<CheckJson>))]
internal sealed partial class VerifyJson : JsonSerializerContext;
