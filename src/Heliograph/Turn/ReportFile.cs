using System.Text.Json;
using Heliograph.Terminal;

namespace Heliograph.Turn;

/// <summary>The file of a reporter's state. Open in one process at a time: of two, each would forget what the other has heard.</summary>
internal sealed class ReportFile : IDisposable
{
    private readonly string _path;
    private readonly string _option;
    private readonly FileStream _lock;

    private ReportFile(string path, string option, FileStream @lock) => (_path, _option, _lock) = (path, option, @lock);

    /// <exception cref="CommandException">Another reporter has it open, or it can't be made.</exception>
    public static ReportFile Open(string path, string option)
    {
        try
        {
            return new(path, option, new($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"{option}: the file '{path}' can't be used, or another reporter uses it: {error.Message}");
        }
    }

    /// <summary>What was written last; null where nothing was.</summary>
    /// <exception cref="CommandException">It is something else.</exception>
    public ReportState? Read()
    {
        if (!File.Exists(_path))
            return null;

        try
        {
            using var stream = File.OpenRead(_path);
            return JsonSerializer.Deserialize(stream, TurnJson.Default.ReportState) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new CommandException($"{_option}: the file '{_path}' is not what a reporter has written; where it is damaged, remove it");
        }
    }

    public void Write(ReportState state)
    {
        using var draft = FileDraft.Begin(_path, isSecret: false, _option);
        draft.Writer.Write(JsonSerializer.Serialize(state, TurnJson.Default.ReportState));
        draft.Commit();
    }

    public void Dispose() => _lock.Dispose();
}
