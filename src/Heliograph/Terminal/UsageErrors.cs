using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Heliograph.Terminal;

/// <summary>What is told where a command line was not understood: a line for each thing that is wrong, and where help is.</summary>
internal static class UsageErrors
{
    public static void Write(ParseResult result, TextWriter notes)
    {
        var path = PathOf(result.CommandResult);
        foreach (var word in result.UnmatchedTokens)
            notes.WriteLine($"heliograph: '{path}' does not know '{word}'");
        // What is wrong with the command as a whole follows from the words that it does not know.
        foreach (var error in result.Errors.Where(error => result.UnmatchedTokens.Count == 0 || error.SymbolResult is not CommandResult))
            notes.WriteLine($"heliograph: {Explain(error, path)}");
        notes.WriteLine($"See '{path} --help'.");
    }

    /// <summary>Whether nothing is wrong but that a group of commands was named and none of it: help says more than an error.</summary>
    public static bool IsGroupAlone(ParseResult result) =>
        result.Action is ParseErrorAction && result.CommandResult.Command.Subcommands.Count > 0 && result.UnmatchedTokens.Count == 0
        && result.Errors.All(error => error.SymbolResult == result.CommandResult || error.SymbolResult is null);

    private static string PathOf(CommandResult? command)
    {
        var names = new List<string>();
        for (SymbolResult? at = command; at is not null; at = at.Parent)
        {
            if (at is CommandResult { Command: { } part })
                names.Insert(0, part is RootCommand ? "heliograph" : part.Name);
        }

        return string.Join(' ', names);
    }

    private static string Explain(ParseError error, string path) =>
        error.SymbolResult is ArgumentResult { Parent: CommandResult, Tokens.Count: 0, Argument: { } argument }
            ? $"'{path}' needs {argument.Name}"
            : string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
