using Heliograph.Terminal;

namespace Heliograph.Profiles;

/// <summary>Where API keys come from. No message ever quotes one.</summary>
internal static class Secrets
{
    /// <summary>The key of the options, or null where neither was given.</summary>
    /// <exception cref="CommandException">Both were given, or the file can't be read.</exception>
    public static string? FromOptions(string? key, string? file) => (key, file) switch
    {
        (not null, not null) => throw new CommandException("give --api-key or --api-key-file, not both", ExitCodes.Usage),
        (not null, null) => Check(key, "--api-key"),
        (null, "-") => Check(StandardInput.ReadAll(), "standard input"),
        (null, not null) => Check(TextFile.Read("--api-key-file", file), $"the file '{file}'"),
        _ => null,
    };

    /// <summary>The key without white space around it; it must be such as can be sent.</summary>
    /// <exception cref="CommandException">It is empty, or has what no key has.</exception>
    public static string Check(string key, string source)
    {
        key = key.Trim();
        if (key.Length == 0)
            throw new CommandException($"{source} holds no API key");
        if (key.Any(c => c is <= ' ' or > '~'))
            throw new CommandException($"{source} holds something that is not an API key: it has white space or other characters that no key has");
        return key;
    }
}
