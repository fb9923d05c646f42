using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Heliograph.Program.Tests;

/// <summary>A person's or a script's command line: a home folder of its own, and commands that are run in it.</summary>
internal sealed class Cli : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Environment variables of the commands that follow.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>The folder that commands run in.</summary>
    public TempFolder Folder => _folder;

    public string ProfilesFile => _folder.PathOf("config/heliograph/profiles.json");

    /// <summary>Names the service, and its first API key, for the commands that follow.</summary>
    public Cli For(HeliographProcess service)
    {
        Environment["HELIO_URL"] = service.BaseUrl;
        Environment["HELIO_API_KEY"] = File.ReadAllText(service.ApiKeyFile).Trim();
        return this;
    }

    public Task<CliResult> RunAsync(params string[] arguments) => RunAsync("", arguments);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="input">What is piped into it.</param>
    /// <param name="arguments">Its command line.</param>
    public async Task<CliResult> RunAsync(string input, IEnumerable<string> arguments)
    {
        var environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal) { ["XDG_CONFIG_HOME"] = _folder.PathOf("config") };
        await using var process = HeliographProcess.Start(arguments, environment, _folder.Info.FullName, input);
        var code = await process.ExitAsync();
        return new(code, process.Output, process.Log);
    }

    /// <summary>Runs a command that must succeed, with <c>--json</c>.</summary>
    public async Task<JsonNode> JsonAsync(params string[] arguments) => (await RunAsync([.. arguments, "--json"])).Succeeded().Json;

    /// <summary>Gives a shell this person's environment, in which <c>heliograph</c> is the built program.</summary>
    public void SetEnvironment(ProcessStartInfo start)
    {
        // Whoever runs the tests may want no colours; the test says whether it does.
        start.Environment.Remove("NO_COLOR");
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        start.Environment["XDG_CONFIG_HOME"] = _folder.PathOf("config");
        start.Environment["PATH"] = $"{HeliographProcess.ProgramFolder}:{System.Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["DOTNET_ROOT"] = HeliographProcess.RuntimeFolder;
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>What a command did.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Errors)
{
    public JsonNode Json => JsonNode.Parse(Output)!;

    /// <summary>The lines of standard output.</summary>
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public CliResult Succeeded()
    {
        ExitCode.ShouldBe(0, Errors);
        return this;
    }

    /// <summary>It must have failed so, with one line that has these words, and with no result.</summary>
    public void FailedWith(int exitCode, params string[] words)
    {
        ExitCode.ShouldBe(exitCode, $"{Output}\n{Errors}");
        Output.ShouldBeEmpty();
        var line = Errors.Trim().ShouldHaveSingleLine();
        line.ShouldStartWith("heliograph: ");
        foreach (var word in words)
            line.ShouldContain(word);
    }

    /// <summary>The command line was not understood: one line says so with these words, another where help is.</summary>
    public void NotUnderstood(params string[] words)
    {
        ExitCode.ShouldBe(2, $"{Output}\n{Errors}");
        Output.ShouldBeEmpty();
        var lines = Errors.Trim().Split('\n');
        lines.Length.ShouldBe(2, Errors);
        lines[0].ShouldStartWith("heliograph: ");
        lines[1].ShouldMatch("^See 'heliograph.* --help'\\.$");
        foreach (var word in words)
            lines[0].ShouldContain(word);
    }
}
