using System.Text.Json.Nodes;

namespace Heliograph.Program.Tests.Tokens;

/// <summary>A run of <c>heliograph token</c> by the built executable.</summary>
internal sealed record TokenRun(int ExitCode, string Output, string Log)
{
    public JsonNode Json => JsonNode.Parse(Output)!;

    /// <summary>What <c>token inspect</c> found wrong, in order.</summary>
    public IReadOnlyList<string> Problems => [.. Json["problems"]!.AsArray().Select(x => x!.Text("what"))];

    public static async Task<TokenRun> RunAsync(params string[] arguments)
    {
        // Profiles of whoever runs the tests are not the test's.
        await using var process = HeliographProcess.Start(["token", .. arguments], new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = "/nonexistent" });
        var code = await process.ExitAsync();
        return new(code, process.Output, process.Log);
    }

    public static async Task<TokenRun> InspectAsync(string token, params string[] arguments)
    {
        var run = await RunAsync(["inspect", "--json", token, .. arguments]);
        run.Output.ShouldStartWith("{", customMessage: run.Log);
        run.ExitCode.ShouldBe(run.Json["accepted"]!.GetValue<bool>() ? 0 : 1);
        return run;
    }
}
