using System.CommandLine;
using System.Diagnostics;
using Heliograph.Conformance;
using Heliograph.Conformance.Targets;
using Heliograph.Profiles;
using Heliograph.Terminal;

namespace Heliograph.Verify;

/// <summary><c>heliograph verify URL</c>: checks any service for the protocol, rule by rule, and reports.</summary>
internal static class VerifyCommand
{
    private static readonly TimeSpan Patience = new SuiteOptions().Patience;

    private static readonly Argument<string?> Url = new("URL") { Description = "The service's base URL, as SDKs are given it.", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string?> With = new("--with")
    {
        Description = "A JSON file that names products, devices and their private keys, for services without this management API.",
        HelpName = "FILE",
    };

    private static readonly Option<string> Region = new("--region")
    {
        Description = "The region that products are made in.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "local",
    };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Run these checks alone: a check's name, or its beginning up to a point (routing.takeover). May be given several times.",
        HelpName = "NAME",
    };

    private static readonly Option<bool> Slow = new("--slow") { Description = "Run the checks that wait for minutes, too." };

    private static readonly Option<bool> Load = new("--load") { Description = "Run the checks that send as much as the service takes, too." };

    private static readonly Option<string?> Restart = new("--restart") { Description = "A shell command that restarts the service; it may return before the service is back.", HelpName = "COMMAND" };

    private static readonly Option<bool> List = new("--list") { Description = "List the checks with their rules and reasons, and run none." };

    public static Command Create()
    {
        var command = new Command("verify", "Check any service for the protocol, rule by rule, and report.")
        {
            Url, TargetOptions.ApiKey, TargetOptions.ApiKeyFile, TargetOptions.Profile, With, Region, Only, Slow, Load, Restart, List,
        };
        command.Runs(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, Output output, CancellationToken cancellationToken)
    {
        var only = result.GetValue(Only) ?? [];
        var chosen = Suite.Choose(only);
        if (only.FirstOrDefault(name => Suite.Choose([name]).Count == 0) is { } unknown)
            throw new CommandException($"{Only.Name}: there is no check '{unknown}'; 'heliograph verify --list' shows them", ExitCodes.Usage);
        if (result.GetValue(List))
        {
            CheckCatalogue.Write(output, chosen);
            return ExitCodes.Succeeded;
        }

        if (result.GetValue(Url) is not { } text)
            throw new CommandException("'heliograph verify' needs URL", ExitCodes.Usage);
        if (!ServiceUrl.TryParse(text, out var url, out var problem))
            throw new CommandException(problem, ExitCodes.Usage);

        // Read before anything is asked: what is wrong on the command line needs no service.
        var targets = TargetsOf(result, url);
        await ProbeAsync(url, cancellationToken);
        var options = new SuiteOptions
        {
            Only = only,
            IncludesSlow = result.GetValue(Slow),
            IncludesLoad = result.GetValue(Load),
            RestartAsync = result.GetValue(Restart) is { } command ? stop => RestartAsync(command, stop) : null,
        };
        return await RunAsync(url, chosen, targets, options, output, cancellationToken);
    }

    private static async Task<int> RunAsync(
        Uri url, IReadOnlyList<Check> chosen, Func<CancellationToken, Task<Targets>> makeTargets, SuiteOptions options, Output output, CancellationToken cancellationToken)
    {
        IReadOnlyList<CheckResult> results = [];
        var started = TimeProvider.System.GetTimestamp();
        await using (var targets = await makeTargets(cancellationToken))
        {
            await output.ProgressAsync($"Checking {ServiceUrl.Text(url)}", chosen.Count, async done =>
                results = await Suite.RunAsync(url, targets.Set, options with { OnResult = _ => done(1) }, cancellationToken));
            await targets.RemoveAsync(output.Note);
        }

        var report = new VerifyReport(ServiceUrl.Text(url), results, TimeProvider.System.GetElapsedTime(started));
        if (output.IsJson)
            output.Json(report.ToJson(), VerifyJson.Default.ReportJson);
        else
            report.Write(output.Screen);
        return report.Failed > 0 ? ExitCodes.Failed : ExitCodes.Succeeded;
    }

    private static Func<CancellationToken, Task<Targets>> TargetsOf(ParseResult result, Uri url)
    {
        if (result.GetValue(With) is { } file)
        {
            var set = ReadFile(file);
            return _ => Task.FromResult(Targets.Given(set));
        }

        if (TargetOptions.FindApiKey(result, url) is not { } apiKey)
        {
            throw new CommandException(
                $"which devices may be used? Give an API key of {ServiceUrl.Text(url)} (--api-key-file, {TargetOptions.ApiKeyVariable} or 'heliograph login'), or --with FILE",
                ExitCodes.Denied);
        }

        var region = result.GetValue(Region)!;
        return stop => Targets.MakeAsync(new(url, apiKey), region, stop);
    }

    private static TargetSet ReadFile(string file)
    {
        try
        {
            return TargetFile.Read(file);
        }
        catch (TargetFileException error)
        {
            throw new CommandException($"{With.Name}: {error.Message}");
        }
    }

    private static async Task ProbeAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            await Suite.ProbeAsync(url, Patience, cancellationToken);
        }
        catch (ServiceUnreachableException error)
        {
            throw new CommandException($"the service at {ServiceUrl.Text(url)} can't be reached: {error.Message}", ExitCodes.Unavailable);
        }
        catch (NotASignalingServiceException error)
        {
            throw new CommandException(error.Message);
        }
    }

    private static async Task RestartAsync(string command, CancellationToken cancellationToken)
    {
        // What the command prints is no result of ours.
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"{{ {command}\n}} >&2"]) { UseShellExecute = false };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new CommandException($"{Restart.Name}: the command failed with exit code {process.ExitCode}");
    }
}
