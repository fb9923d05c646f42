using Spectre.Console;

namespace Heliograph.Terminal;

/// <summary>Asks a person who sits at the terminal. The questions go to standard error: standard output is for results.</summary>
internal static class Ask
{
    /// <summary>Whether somebody is there who can see a question and answer it.</summary>
    public static bool IsPossible(Output output) => !Console.IsInputRedirected && output.Notes.Profile.Capabilities.Interactive;

    /// <summary>Asks for something that is not shown while it is typed.</summary>
    public static async Task<string> SecretAsync(Output output, string question, CancellationToken cancellationToken)
    {
        var answer = await SecretInput.ReadLineAsync(() => output.Notes.Markup($"{Markup.Escape(question)} "), cancellationToken);
        // The line end that was typed was not shown either.
        output.Note("");
        return answer;
    }

    /// <summary>Asks for a word to be typed, so that nothing is lost to a key that was pressed too soon.</summary>
    public static async Task<bool> ConfirmAsync(Output output, string question, string word, CancellationToken cancellationToken) =>
        string.Equals(
            (await new TextPrompt<string>(Markup.Escape(question)).AllowEmpty().ShowAsync(output.Notes, cancellationToken)).Trim(),
            word,
            StringComparison.OrdinalIgnoreCase);
}
