using System.CommandLine;
using Heliograph.Terminal;

namespace Heliograph.Profiles;

/// <summary><c>heliograph profile</c>: which services there are, and which of them is used.</summary>
internal static class ProfileCommand
{
    private const int MaxName = 64;

    public static Command Create() => new("profile", "List saved services, and choose the one to use.") { CreateList(), CreateUse(), CreateRemove() };

    /// <exception cref="CommandException">A profile can't be named so.</exception>
    public static void CheckName(string name)
    {
        if (name.Length is 0 or > MaxName || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
            throw new CommandException($"--profile: a name has 1 to {MaxName} letters, digits, '-', '_' and '.'", ExitCodes.Usage);
    }

    /// <exception cref="CommandException">There is no such profile.</exception>
    public static void Remove(ProfileSet saved, string name)
    {
        if (!saved.Profiles.Remove(name))
            throw NoSuchProfile(name);
        if (saved.Current == name)
            saved.Current = null;
    }

    private static Command CreateList()
    {
        var command = new Command("list", "List the profiles. Their keys are not shown.");
        command.Runs((_, output, _) =>
        {
            var saved = ProfileFile.OfUser().Read();
            IReadOnlyList<ProfileDescription> list =
                [.. saved.Profiles.Select(x => ProfileDescription.Of(x.Key, x.Value, inUse: x.Key == saved.Current))];
            if (output.IsJson)
                output.Json(list, ProfileJson.Default.IReadOnlyListProfileDescription);
            else
                output.Table(["PROFILE", "URL", "API KEY ID", "IN USE"], list.Select(x => (string[])[x.Name, x.Url, x.ApiKeyId ?? "", x.InUse ? "yes" : ""]));
            return Task.CompletedTask;
        });
        return command;
    }

    private static Command CreateUse()
    {
        var name = NameArgument();
        var command = new Command("use", "Use a profile from now on, where none is named.") { name };
        command.Runs((result, output, _) =>
        {
            var file = ProfileFile.OfUser();
            var saved = file.Read();
            var chosen = result.GetRequiredValue(name);
            saved.Current = saved.Profiles.ContainsKey(chosen) ? chosen : throw NoSuchProfile(chosen);
            file.Write(saved);
            output.Note($"Using {saved.Profiles[chosen].Url} (profile '{chosen}').");
            return Task.CompletedTask;
        });
        return command;
    }

    private static Command CreateRemove()
    {
        var name = NameArgument();
        var command = new Command("remove", "Remove a profile with its API key. The key itself stays valid.") { name };
        command.Runs((result, output, _) =>
        {
            var file = ProfileFile.OfUser();
            var saved = file.Read();
            Remove(saved, result.GetRequiredValue(name));
            file.Write(saved);
            output.Note($"Removed profile '{result.GetRequiredValue(name)}'.");
            return Task.CompletedTask;
        });
        return command;
    }

    private static Argument<string> NameArgument() => new("NAME") { Description = "The profile's name.", CompletionSources = { _ => ProfileFile.NamesForCompletion() } };

    private static CommandException NoSuchProfile(string name) =>
        new($"there is no profile '{name}'; 'heliograph profile list' shows those that there are", ExitCodes.NotFound);
}
