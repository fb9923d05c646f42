namespace Heliograph.Terminal;

/// <summary>
/// A file that is written beside its place and put there once it is whole; until then, what is in its place stays. Made before the work
/// whose result it takes: so nothing is done whose result can't be written down.
/// </summary>
internal sealed class FileDraft : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly string _source;
    private readonly string _draft;
    private readonly FileStream _file;
    private bool _isDone;

    private FileDraft(string path, string source, string draft, FileStream file)
    {
        _path = path;
        _source = source;
        _draft = draft;
        _file = file;
        Writer = new StreamWriter(file);
    }

    public StreamWriter Writer { get; }

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="isSecret">Whether its owner alone may read it.</param>
    /// <param name="option">Which option named it; null where an argument did, or nothing.</param>
    /// <exception cref="CommandException">It can't be written.</exception>
    public static FileDraft Begin(string path, bool isSecret, string? option = null)
    {
        var source = $"{(option is null ? "" : $"{option}: ")}the file '{path}'";
        if (path.Length == 0)
            throw new CommandException($"{source} can't be written: its name is empty");
        var draft = $"{path}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            // One that was left over would keep its mode.
            File.Delete(draft);
            return new(path, source, draft, new(draft, options));
        }
        catch (DirectoryNotFoundException)
        {
            throw new CommandException($"{source} can't be written: there is no such folder");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"{source} can't be written: {error.Message}");
        }
    }

    /// <summary>Puts the file in its place.</summary>
    /// <exception cref="CommandException">It can't be written.</exception>
    public void Commit()
    {
        try
        {
            Writer.Dispose();
            File.Move(_draft, _path, overwrite: true);
            _isDone = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{_source} can't be written: {error.Message}");
        }
    }

    public void Dispose()
    {
        if (_isDone)
            return;
        // The stream first: what the writer still holds is not wanted, and may be what can't be written.
        _file.Dispose();
        File.Delete(_draft);
    }
}
