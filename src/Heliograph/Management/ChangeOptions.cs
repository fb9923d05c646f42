using System.CommandLine;
using Heliograph.Terminal;

namespace Heliograph.Management;

/// <summary>The options that change a product or device.</summary>
internal sealed class ChangeOptions
{
    private readonly Option<string?> _name = new("--name") { Description = "The new name.", HelpName = "NAME" };
    private readonly Option<bool> _noName = new("--no-name") { Description = "Remove the name." };
    private readonly Option<IReadOnlyDictionary<string, string>?> _tags = TagOption.Create("Set a tag; others stay. May be given several times.");

    private readonly Option<string[]> _removed = new("--remove-tag")
    {
        Description = "Remove a tag. May be given several times.",
        HelpName = "KEY",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<bool> _clear = new("--clear-tags") { Description = "Remove all tags, before those of --tag are set." };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="more">Options that this command has besides, and that are a change too.</param>
    public void AddTo(Command command, params Option[] more)
    {
        Option[] options = [_name, _noName, _tags, _removed, _clear, .. more];
        foreach (var option in options)
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_noName) && result.GetResult(_name) is not null)
                result.AddError("--name and --no-name exclude each other");
            if (options.All(option => result.GetResult(option) is null))
                result.AddError($"nothing to change: give {string.Join(", ", options[..^1].Select(x => x.Name))} or {options[^1].Name}");
        });
    }

    /// <summary>What is to be changed.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="readTags">
    /// Reads the present tags; asked only where some of them are to stay, since the service takes all tags or none. Who changes tags at
    /// the same time may therefore be overwritten.
    /// </param>
    /// <exception cref="CommandException">There is no tag that is to be removed.</exception>
    public async Task<Change> ReadAsync(ParseResult result, Func<Task<IReadOnlyDictionary<string, string>>> readTags)
    {
        var (set, removed, clear) = (result.GetValue(_tags), result.GetValue(_removed) ?? [], result.GetValue(_clear));
        var change = new Change(result.GetValue(_name), RemovesName: result.GetValue(_noName));
        if (set is null && removed.Length == 0 && !clear)
            return change;

        var tags = new Dictionary<string, string>(clear ? new Dictionary<string, string>() : await readTags(), StringComparer.Ordinal);
        foreach (var key in removed)
        {
            if (!tags.Remove(key) && !clear)
                throw new CommandException($"--remove-tag: there is no tag '{key}'", ExitCodes.NotFound);
        }

        foreach (var (key, value) in set ?? new Dictionary<string, string>())
            tags[key] = value;
        return change with { Tags = tags };
    }
}
