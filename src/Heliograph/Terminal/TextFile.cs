namespace Heliograph.Terminal;

/// <summary>Small files that a command line names.</summary>
internal static class TextFile
{
    /// <summary>All text of a file.</summary>
    /// <param name="option">Which option named the file.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="CommandException">It can't be read.</exception>
    public static string Read(string option, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"{option}: there is no file '{path}'");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"{option}: the file '{path}' can't be read: {error.Message}");
        }
    }
}
