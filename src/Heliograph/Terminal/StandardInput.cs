namespace Heliograph.Terminal;

/// <summary>Reads standard input where a command can do nothing before it has come.</summary>
internal static class StandardInput
{
    private static volatile bool _isBeingRead;

    /// <summary>Whether a command waits for it. Nothing can call such a read off, so Ctrl+C must end the process.</summary>
    public static bool IsBeingRead => _isBeingRead;

    public static string ReadAll()
    {
        var text = "";
        Read(reader => text = reader.ReadToEnd());
        return text;
    }

    public static void Read(Action<TextReader> read)
    {
        _isBeingRead = true;
        try
        {
            read(Console.In);
        }
        finally
        {
            _isBeingRead = false;
        }
    }
}
