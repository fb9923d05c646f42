using System.CommandLine;
using Heliograph.Terminal;

namespace Heliograph.Management;

/// <summary><c>--yes</c>, or else the question that stands before everything that can't be undone.</summary>
internal static class DeleteOption
{
    public static Option<bool> Create() => new("--yes", "-y") { Description = "Don't ask." };

    /// <summary>Asks the person at the terminal to type a word.</summary>
    /// <exception cref="CommandException">Another one was typed, or nobody is there to be asked.</exception>
    public static async Task RequireConsentAsync(Output output, bool yes, string what, string word, CancellationToken cancellationToken)
    {
        if (yes)
            return;
        if (!Ask.IsPossible(output))
            throw new CommandException("nobody can be asked here whether to go on; give --yes", ExitCodes.Usage);
        output.Note(what);
        if (!await Ask.ConfirmAsync(output, $"Type {word} to go on:", word, cancellationToken))
            throw new CommandException("that was something else; nothing was done");
    }
}
