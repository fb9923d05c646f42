using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.Text;
using Heliograph.Profiles;

namespace Heliograph.Docs.Tests;

/// <summary>The reference of docs/cli.md, made from the commands and what their own help says.</summary>
internal static class CommandReference
{
    /// <summary>What every command that manages a service takes; told once.</summary>
    private static readonly Option[] OfService = [TargetOptions.Url, TargetOptions.ApiKey, TargetOptions.ApiKeyFile, TargetOptions.Profile];

    public static string Write()
    {
        var text = new StringBuilder("\n### Options that name a service\n");
        Append(text, OfService.Select(option => (Written(option), option.Description!)));
        foreach (var command in Leaves(HeliographCommand.Create(), []))
            Append(text, command);
        return text.Append('\n').ToString();
    }

    private static IEnumerable<(IReadOnlyList<string> Path, Command Command)> Leaves(Command command, IReadOnlyList<string> path)
    {
        IReadOnlyList<string> own = command is RootCommand ? ["heliograph"] : [.. path, command.Name];
        return command.Subcommands.Count == 0 ? [(own, command)] : command.Subcommands.SelectMany(sub => Leaves(sub, own));
    }

    private static void Append(StringBuilder text, (IReadOnlyList<string> Path, Command Command) leaf)
    {
        var (path, command) = leaf;
        var manages = OfService.All(command.Options.Contains);
        var options = command.Options.Where(option => !option.Hidden && option is not HelpOption && !(manages && OfService.Contains(option))).ToList();
        var name = string.Join(' ', path);
        text.Append($"\n### {name}\n\n{Cell(command.Description!)}\n\n");
        var words = command.Arguments.Select(Written)
            .Concat(options.Where(option => option.Required).Select(Written))
            .Append(options.Any(option => !option.Required) || manages ? "[options]" : "")
            .Where(word => word.Length > 0);
        text.Append($"```text\n{name} {string.Join(' ', words)}".TrimEnd()).Append("\n```\n");
        Append(text, [
            .. command.Arguments.Select(argument => (Written(argument), argument.Description!)),
            .. options.Select(option => (Written(option), option.Description!)),
        ]);
        if (manages)
            text.Append("\nAnd [the options that name a service](#options-that-name-a-service).\n");
    }

    private static void Append(StringBuilder text, IEnumerable<(string Name, string Meaning)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        text.Append("\n| | |\n|---|---|\n");
        foreach (var (name, meaning) in all)
            text.Append($"| `{Cell(name)}` | {Cell(meaning)} |\n");
    }

    private static string Written(Argument argument) => argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name;

    private static string Written(Option option)
    {
        var names = string.Join(", ", option.Aliases.Where(alias => alias.Length == 2).Append(option.Name));
        return option.ValueType == typeof(bool) ? names : $"{names} {option.HelpName ?? string.Join('|', ValuesOf(option))}";
    }

    /// <summary>The values that an option takes, where they are few.</summary>
    private static IEnumerable<string> ValuesOf(Option option) => option.GetCompletions(CompletionContext.Empty).Select(x => x.Label).Order(StringComparer.Ordinal);

    private static string Cell(string text)
    {
        text.ShouldNotBeNullOrWhiteSpace("Every command, argument and option has a description.");
        return text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
    }
}
