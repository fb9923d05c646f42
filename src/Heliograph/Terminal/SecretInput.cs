using System.Diagnostics;
using System.Text;

namespace Heliograph.Terminal;

/// <summary>
/// Reads a line that is not shown. On Unix the terminal itself is told not to show what is typed, from before the question until after
/// the answer: the framework turns that off within its reads only, and what is pasted between two of them would be seen.
/// </summary>
internal static class SecretInput
{
    private const string TerminalFile = "/dev/tty";

    /// <param name="ask">Writes the question, once it is safe to answer it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="CommandException">The terminal can't be kept from showing it.</exception>
    public static async Task<string> ReadLineAsync(Action ask, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            ask();
            // On a thread of its own: nothing but a key ends this read.
            return await Task.Run(ReadKeys, CancellationToken.None).WaitAsync(cancellationToken);
        }

        await SetEchoAsync("-echo");
        try
        {
            ask();
            return await Task.Run(ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        }
        finally
        {
            await SetEchoAsync("echo");
        }
    }

    private static string ReadLine()
    {
        using var terminal = new StreamReader(TerminalFile);
        return terminal.ReadLine() ?? "";
    }

    private static string ReadKeys()
    {
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key != ConsoleKey.Backspace)
                text.Append(key.KeyChar);
            else if (text.Length > 0)
                text.Length--;
        }

        return text.ToString();
    }

    private static async Task SetEchoAsync(string setting)
    {
        // All of its own streams are redirected: else the framework would set the terminal back when this ends.
        var start = new ProcessStartInfo("sh", ["-c", $"stty {setting} <{TerminalFile}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var stty = Process.Start(start)!;
        await stty.WaitForExitAsync(CancellationToken.None);
        if (stty.ExitCode != 0)
            throw new CommandException("this terminal can't be kept from showing what is typed; pipe the secret in, or give it in a file");
    }
}
