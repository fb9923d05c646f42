namespace Heliograph.Terminal;

/// <summary>Small files that a command line names.</summary>
internal static class TextFile
{
    /// <summary>All text of a file; - is standard input.</summary>
    /// <param name="option">Which option named the file; null where an argument did.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="CommandException">It can't be read.</exception>
    public static string Read(string? option, string path)
    {
        var prefix = option is null ? "" : $"{option}: ";
        try
        {
            return path == "-" ? StandardInput.ReadAll() : File.ReadAllText(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"{prefix}there is no file '{path}'");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"{prefix}the file '{path}' can't be read: {error.Message}");
        }
    }
}
