using System.Text.Json.Nodes;

namespace Heliograph.Program.Tests.Doctor;

/// <summary>An examination by the built executable, and what it reported.</summary>
internal sealed record DoctorRun(int ExitCode, JsonNode Report, string Output)
{
    /// <summary>The first step that failed.</summary>
    public string? FailedStep => Report["failedStep"]?.GetValue<string>();

    /// <summary>Examines a service and reads the report.</summary>
    public static async Task<DoctorRun> ExamineAsync(string url, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        await using var process = Start(url, environment, ["--json", .. arguments]);
        var code = await process.ExitAsync();
        process.Output.ShouldStartWith("{", customMessage: process.Log);
        var run = new DoctorRun(code, JsonNode.Parse(process.Output)!, process.Output + process.Log);
        run.Output.ShouldNotContain("ticket");
        // In this case, as IDs may have the letters in lower case.
        run.Output.ShouldNotContain("eyJ", Case.Sensitive, "A token is in the report.");
        return run;
    }

    public static Task<DoctorRun> ExamineAsync(string url, params string[] arguments) => ExamineAsync(url, null, arguments);

    /// <summary>Starts an examination; profiles of whoever runs the tests are not the test's.</summary>
    public static HeliographProcess Start(string url, IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        HeliographProcess.Start(
            ["doctor", url, .. arguments],
            new Dictionary<string, string>(environment ?? new Dictionary<string, string>()) { ["XDG_CONFIG_HOME"] = "/nonexistent" });

    /// <summary>The step of this name; of several the first.</summary>
    public JsonNode Step(string name) => Report["steps"]!.AsArray().First(x => x!["name"]!.GetValue<string>() == name)!;

    public string Outcome(string step) => Step(step)["outcome"]!.GetValue<string>();

    public string Seen(string step) => Step(step)["seen"]!.GetValue<string>();

    /// <summary>Checks that a step is the first that failed, and what it says.</summary>
    public void ShouldFailAt(string step, string seen, string remedy)
    {
        FailedStep.ShouldBe(step, Output);
        Seen(step).ShouldContain(seen);
        Step(step)["remedy"]!.GetValue<string>().ShouldContain(remedy);
        Report["verdict"]!.GetValue<string>().ShouldStartWith($"fails at {step}: ");
        ExitCode.ShouldBe(step is "DNS" or "TCP" ? 5 : 1);
    }
}
