using System.Text.Json;
using Heliograph.Terminal;

namespace Heliograph.Profiles;

/// <summary>The file of profiles. It holds API keys: its owner alone may read it. Written as a whole or not at all.</summary>
internal sealed class ProfileFile(string path)
{
    public string Path { get; } = path;

    /// <summary>The user's own file: under <c>XDG_CONFIG_HOME</c> or <c>~/.config</c>; under <c>%APPDATA%</c> on Windows.</summary>
    public static ProfileFile OfUser()
    {
        var folder = Environment.GetEnvironmentVariable(OperatingSystem.IsWindows() ? "APPDATA" : "XDG_CONFIG_HOME");
        // One that is not absolute is to be ignored, says the XDG specification.
        if (!System.IO.Path.IsPathFullyQualified(folder ?? ""))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            if (home.Length == 0)
                throw new CommandException("there is no home folder to keep profiles in; set HOME or XDG_CONFIG_HOME");
            folder = System.IO.Path.Combine(home, ".config");
        }

        return new(System.IO.Path.Combine(folder!, "heliograph", "profiles.json"));
    }

    /// <summary>The names of the profiles; none where they can't be read, since nobody who presses Tab wants to be told so.</summary>
    public static IEnumerable<string> NamesForCompletion()
    {
        try
        {
            return OfUser().Read().Profiles.Keys;
        }
        catch (CommandException)
        {
            return [];
        }
    }

    /// <summary>The profiles; none where there is no file.</summary>
    /// <exception cref="CommandException">The file can't be read or is broken.</exception>
    public ProfileSet Read()
    {
        try
        {
            using var file = File.OpenRead(Path);
            return Check(JsonSerializer.Deserialize(file, ProfileJson.Default.ProfileSet));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return new();
        }
        catch (JsonException error)
        {
            // Not the reader's message: it may quote what the file holds.
            var where = error.LineNumber is { } line ? $" (line {line + 1})" : "";
            throw new CommandException($"the file of profiles '{Path}' is broken{where}; mend it, or remove it and log in again");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"the file of profiles '{Path}' can't be read: {error.Message}");
        }
    }

    /// <exception cref="CommandException">The file can't be written.</exception>
    public void Write(ProfileSet profiles)
    {
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"the folder of profiles '{folder}' can't be made: {error.Message}");
        }

        using var draft = FileDraft.Begin(Path, isSecret: true);
        draft.Writer.Write(JsonSerializer.Serialize(profiles, ProfileJson.Default.ProfileSet));
        draft.Commit();
    }

    private static ProfileSet Check(ProfileSet? profiles)
    {
        if (profiles?.Profiles is null || profiles.Profiles.Values.Any(x => x?.Url is null || x.ApiKey is null))
            throw new JsonException();
        return profiles;
    }
}
