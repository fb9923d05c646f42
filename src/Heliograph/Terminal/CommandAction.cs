using System.CommandLine;

namespace Heliograph.Terminal;

/// <summary>How every command but <c>serve</c> runs: its errors are one line, its end is an exit code, and Ctrl+C cancels it.</summary>
internal static class CommandAction
{
    /// <summary>Sets what a command does.</summary>
    public static void Runs(this Command command, Func<ParseResult, Output, CancellationToken, Task> action) =>
        command.Runs(async (result, output, cancellationToken) =>
        {
            await action(result, output, cancellationToken);
            return ExitCodes.Succeeded;
        });

    /// <summary>Sets what a command does, where it ends with an exit code of its own.</summary>
    public static void Runs(this Command command, Func<ParseResult, Output, CancellationToken, Task<int>> action) =>
        command.SetAction(async (result, _) =>
        {
            var output = new Output(Console.Out, Console.Error, result.GetValue(Output.JsonOption));
            using var interrupt = new Interrupt();
            try
            {
                return await action(result, output, interrupt.Token);
            }
            catch (CommandException error)
            {
                output.Error(error.Message);
                return error.ExitCode;
            }
            catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                output.Error(error.Message);
                return ExitCodes.Failed;
            }
        });
}
