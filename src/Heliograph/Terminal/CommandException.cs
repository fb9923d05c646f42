namespace Heliograph.Terminal;

/// <summary>A command can't do what it was asked to; the message tells a person in one line what is wrong, where, and what to do.</summary>
/// <param name="message">The line, without a full stop.</param>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
internal sealed class CommandException(string message, int exitCode = ExitCodes.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
