using System.CommandLine;
using Heliograph.Terminal;

namespace Heliograph.Completion;

/// <summary><c>heliograph completion</c>: prints what a shell needs to complete this command line.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. CompletionScripts.OfShell.Keys]);
        var command = new Command("completion", "Print a script that makes a shell complete commands and options.") { shell };
        command.Runs((result, output, _) =>
        {
            output.Line(CompletionScripts.OfShell[result.GetRequiredValue(shell)]);
            return Task.CompletedTask;
        });
        return command;
    }
}
