using System.CommandLine;
using Heliograph.Terminal;

namespace Heliograph.Profiles;

/// <summary>The options by which every command that talks to a service is told which one, and with which key.</summary>
internal static class TargetOptions
{
    public const string UrlVariable = "HELIO_URL";
    public const string ApiKeyVariable = "HELIO_API_KEY";
    public const string ProfileVariable = "HELIO_PROFILE";

    public static readonly Option<string?> Url = new("--url") { Description = $"The service's base URL. Also {UrlVariable}.", HelpName = "URL" };

    public static readonly Option<string?> ApiKey = new("--api-key")
    {
        Description = $"The API key. Others on this machine can see it here: better {ApiKeyVariable} or --api-key-file.",
        HelpName = "KEY",
    };

    public static readonly Option<string?> ApiKeyFile = new("--api-key-file") { Description = "A file with the API key; - is standard input.", HelpName = "FILE" };

    public static readonly Option<string?> Profile = new("--profile") { Description = $"A profile that 'heliograph login' saved. Also {ProfileVariable}.", HelpName = "NAME", CompletionSources = { _ => ProfileFile.NamesForCompletion() } };

    /// <summary>Adds the options to a command that needs a service and a key to it.</summary>
    public static void AddTo(Command command)
    {
        AddUrlTo(command);
        command.Options.Add(ApiKey);
        command.Options.Add(ApiKeyFile);
    }

    /// <summary>Adds the options to a command that needs a service but no key, as peers do.</summary>
    public static void AddUrlTo(Command command)
    {
        command.Options.Add(Url);
        command.Options.Add(Profile);
    }

    /// <summary>The service's base URL, without a slash at its end.</summary>
    /// <exception cref="CommandException">None was named, or it is malformed.</exception>
    public static Uri ReadUrl(ParseResult result) => Choose(result).Url;

    /// <summary>The service and the key to it.</summary>
    /// <exception cref="CommandException">One of them was not named, or is malformed.</exception>
    public static Target Read(ParseResult result)
    {
        var (url, savedKey) = Choose(result);
        var key = Secrets.FromOptions(result.GetValue(ApiKey), result.GetValue(ApiKeyFile));
        // Who names a profile means its key, whatever the environment holds for another service.
        if (key is null && result.GetValue(Profile) is null)
            key = VariableKeyFor(url);
        key ??= savedKey() ?? throw new CommandException(
            $"there is no API key for {ServiceUrl.Text(url)}: give --api-key-file or {ApiKeyVariable}, or log in with 'heliograph login {ServiceUrl.Text(url)}'",
            ExitCodes.Denied);
        return new(url, key);
    }

    /// <summary>The service and the key to it; null where nothing names one, for commands that can do without.</summary>
    /// <exception cref="CommandException">One was named, but not its key, or it is malformed.</exception>
    public static Target? Find(ParseResult result)
    {
        var isNamed = ((string?[])
            [result.GetValue(Url), result.GetValue(Profile), result.GetValue(ApiKey), result.GetValue(ApiKeyFile), Variable(UrlVariable), Variable(ProfileVariable)])
            .Any(x => x is not null);
        return isNamed || ProfileFile.OfUser().Read().Current is not null ? Read(result) : null;
    }

    /// <summary>The key to a service that a command names by an argument of its own; null where there is none for it.</summary>
    /// <exception cref="CommandException">A key was named that is not for this service, or can't be read.</exception>
    public static string? FindApiKey(ParseResult result, Uri url)
    {
        if (Secrets.FromOptions(result.GetValue(ApiKey), result.GetValue(ApiKeyFile)) is { } given)
            return given;
        if (result.GetValue(Profile) is { } name)
        {
            var profile = FindProfile(name, Profile.Name);
            return IsFor(profile, url) ? KeyOf(profile) : throw new CommandException($"{Profile.Name}: '{name}' is for another service, {profile.Url}", ExitCodes.Usage);
        }

        return VariableKeyFor(url) ?? SavedKeyFor(url);
    }

    /// <summary>
    /// The command line is asked first, then the environment, then the profile in use; the first that names a service decides. A saved
    /// key goes to the service that it was saved for, and to no other. It is looked for where it is needed: who names service and key needs no
    /// profiles, and is not held up by a file of theirs that is broken.
    /// </summary>
    private static (Uri Url, Func<string?> SavedKey) Choose(ParseResult result)
    {
        var (url, profile) = (result.GetValue(Url), result.GetValue(Profile));
        var (urlName, profileName) = (Url.Name, Profile.Name);
        if (url is null && profile is null)
        {
            (url, profile) = (Variable(UrlVariable), Variable(ProfileVariable));
            (urlName, profileName) = (UrlVariable, ProfileVariable);
        }

        if (url is not null && profile is not null)
            throw new CommandException($"{urlName} and {profileName} each name a service; give one of them", ExitCodes.Usage);
        if (url is null)
            return Parse(FindProfile(profile, profileName), profile);
        if (!ServiceUrl.TryParse(url, out var parsed, out var problem))
            throw new CommandException($"{urlName}: {problem}", ExitCodes.Usage);
        return (parsed, () => SavedKeyFor(parsed));
    }

    private static Profile FindProfile(string? name, string source)
    {
        var file = ProfileFile.OfUser();
        var saved = file.Read();
        if (name is not null)
        {
            return saved.Profiles.GetValueOrDefault(name)
                ?? throw new CommandException($"{source}: there is no profile '{name}'; 'heliograph profile list' shows those that there are", ExitCodes.NotFound);
        }

        if (saved.Profiles.Count == 0)
            throw new CommandException($"which service? Give --url or {UrlVariable}, or log in with 'heliograph login URL'", ExitCodes.Usage);
        return saved.Current is { } current && saved.Profiles.TryGetValue(current, out var profile)
            ? profile
            : throw new CommandException("no profile is in use; choose one with 'heliograph profile use NAME'", ExitCodes.Usage);
    }

    private static (Uri, Func<string?>) Parse(Profile profile, string? name) =>
        ServiceUrl.TryParse(profile.Url, out var url, out var problem)
            ? (url, () => KeyOf(profile))
            : throw new CommandException($"the profile{(name is null ? "" : $" '{name}'")} in '{ProfileFile.OfUser().Path}': {problem}");

    /// <summary>The environment's key, unless the environment names another service that it is for.</summary>
    private static string? VariableKeyFor(Uri url)
    {
        var isForAnother = Variable(UrlVariable) is { } own && !(ServiceUrl.TryParse(own, out var ownUrl, out _) && ownUrl == url);
        return Variable(ApiKeyVariable) is { } variable && !isForAnother ? Secrets.Check(variable, ApiKeyVariable) : null;
    }

    private static string? SavedKeyFor(Uri url) =>
        ProfileFile.OfUser().Read() is var saved && saved.Current is { } current && saved.Profiles.GetValueOrDefault(current) is { } profile && IsFor(profile, url)
            ? KeyOf(profile)
            : saved.Profiles.Values.FirstOrDefault(x => IsFor(x, url)) is { } other ? KeyOf(other) : null;

    /// <summary>A profile's key; somebody may have changed the file by hand.</summary>
    private static string KeyOf(Profile profile) => Secrets.Check(profile.ApiKey, $"the profile of {profile.Url} in '{ProfileFile.OfUser().Path}'");

    private static bool IsFor(Profile profile, Uri url) => ServiceUrl.TryParse(profile.Url, out var own, out _) && own == url;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
