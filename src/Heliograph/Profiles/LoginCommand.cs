using System.CommandLine;
using Heliograph.Management;
using Heliograph.Terminal;

namespace Heliograph.Profiles;

/// <summary><c>heliograph login</c> and <c>logout</c>.</summary>
internal static class LoginCommand
{
    private const string DefaultProfile = "default";

    // Of their own: what the environment says of a service is for the other commands.
    private static readonly Option<string?> ApiKey = new(TargetOptions.ApiKey.Name)
    {
        Description = "The API key. Others on this machine can see it here: better --api-key-file, or let it be asked for.",
        HelpName = "KEY",
    };

    private static readonly Option<string?> Profile = new(TargetOptions.Profile.Name)
    {
        Description = "The profile to remove; the one in use, where left out.",
        HelpName = "NAME",
        CompletionSources = { _ => ProfileFile.NamesForCompletion() },
    };

    public static Command CreateLogin()
    {
        var url = new Argument<string>("URL") { Description = "The service's base URL, such as https://signaling.example.com." };
        var name = new Option<string>("--profile")
        {
            Description = $"The name to save it under ({DefaultProfile}).",
            HelpName = "NAME",
            DefaultValueFactory = _ => DefaultProfile,
        };
        var command = new Command("login", "Check an API key against a service and save both as a profile, to be used from now on.")
        {
            url, name, ApiKey, TargetOptions.ApiKeyFile,
        };
        command.Runs((result, output, cancellationToken) =>
            LoginAsync(result.GetRequiredValue(url), result.GetRequiredValue(name), result, output, cancellationToken));
        return command;
    }

    public static Command CreateLogout()
    {
        var command = new Command("logout", "Remove the profile in use, or another one, with its API key. The key itself stays valid.") { Profile };
        command.Runs((result, output, _) => LogoutAsync(result.GetValue(Profile), output));
        return command;
    }

    private static async Task LoginAsync(string urlText, string name, ParseResult result, Output output, CancellationToken cancellationToken)
    {
        ProfileCommand.CheckName(name);
        if (!ServiceUrl.TryParse(urlText, out var url, out var problem))
            throw new CommandException(problem, ExitCodes.Usage);
        var file = ProfileFile.OfUser();
        // Before the key is asked for: a file that is broken can't be added to.
        var saved = file.Read();
        var key = Secrets.FromOptions(result.GetValue(ApiKey), result.GetValue(TargetOptions.ApiKeyFile))
            ?? Secrets.Check(await AskAsync(output, cancellationToken), "standard input");
        if (ServiceUrl.IsInTheClear(url))
            output.Note($"Note: {ServiceUrl.Text(url)} is not https; who listens on the way can read the API key.");

        using (var client = new ManagementClient(new(url, key)))
            await client.ListProductsAsync(cancellationToken);

        saved.Profiles[name] = new() { Url = ServiceUrl.Text(url), ApiKey = key };
        saved.Current = name;
        file.Write(saved);
        if (output.IsJson)
            output.Json(ProfileDescription.Of(name, saved.Profiles[name], inUse: true), ProfileJson.Default.ProfileDescription);
        else
            output.Note($"Logged in to {ServiceUrl.Text(url)}; saved as profile '{name}' in {file.Path}.");
    }

    private static Task<string> AskAsync(Output output, CancellationToken cancellationToken) =>
        Ask.IsPossible(output) ? Ask.SecretAsync(output, "API key:", cancellationToken) : Task.FromResult(StandardInput.ReadAll());

    private static Task LogoutAsync(string? name, Output output)
    {
        var file = ProfileFile.OfUser();
        var saved = file.Read();
        name ??= saved.Current ?? throw new CommandException("no profile is in use; name one with --profile");
        ProfileCommand.Remove(saved, name);
        file.Write(saved);
        output.Note($"Removed profile '{name}'." + (saved.Current is null && saved.Profiles.Count > 0
            ? " None is in use now; choose one with 'heliograph profile use NAME'."
            : ""));
        return Task.CompletedTask;
    }
}
