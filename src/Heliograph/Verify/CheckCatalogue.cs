using Heliograph.Conformance;
using Heliograph.Terminal;
using Spectre.Console;

namespace Heliograph.Verify;

/// <summary>What <c>heliograph verify --list</c> tells.</summary>
internal static class CheckCatalogue
{
    public static void Write(Output output, IReadOnlyList<Check> checks)
    {
        if (output.IsJson)
        {
            output.Json([.. checks.Select(x => new CheckJson(x.Id, x.Section, x.Rule, x.Why, x.Kind.ToString().ToLowerInvariant()))], VerifyJson.Default.IReadOnlyListCheckJson);
            return;
        }

        foreach (var check in checks)
        {
            output.Screen.Write(new Text(check.Id, new Style(decoration: Decoration.Bold)));
            output.Screen.WriteLine(OptionOf(check.Kind) is { } option ? $" (with {option})" : "");
            foreach (var (name, text) in ((string, string)[])[("rule", check.Rule), ("why", check.Why)])
                output.Screen.Write(new Grid().AddColumn(new GridColumn().Width(6).NoWrap().PadRight(1)).AddColumn().AddRow(new Text($"  {name}"), new Text(text)));
        }
    }

    /// <summary>A section as a person calls it.</summary>
    public static string TitleOf(string section) => section switch
    {
        "tokens" => "Tokens",
        "http" => "HTTP",
        "url" => "The signaling URL",
        _ => "Routing layer",
    };

    private static string? OptionOf(CheckKind kind) => kind switch
    {
        CheckKind.Slow => "--slow",
        CheckKind.Load => "--load",
        CheckKind.Restart => "--restart COMMAND",
        _ => null,
    };
}
