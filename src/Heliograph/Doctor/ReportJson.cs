using System.Text.Json.Serialization;

namespace Heliograph.Doctor;

/// <summary>What the walk found, for scripts.</summary>
/// <param name="Url">The service's base URL.</param>
/// <param name="Healthy">Whether no step failed.</param>
/// <param name="FailedStep">The first step that failed; left out where none did.</param>
/// <param name="Verdict">The whole in a few words.</param>
/// <param name="Steps">Every step, in order.</param>
internal sealed record ReportJson(string Url, bool Healthy, string? FailedStep, string Verdict, IReadOnlyList<StepJson> Steps)
{
    public static ReportJson Of(string url, IReadOnlyList<StepReport> steps)
    {
        var failed = steps.FirstOrDefault(x => x.Finding.Outcome == Outcome.Failed)?.Name;
        return new(
            url, failed is null, failed, Report.Verdict(steps),
            [.. steps.Select(x => new StepJson(x.Name, x.Finding.Outcome.ToString().ToLowerInvariant(), x.Finding.Seen, x.Finding.Remedy, (long)x.Duration.TotalMilliseconds))]);
    }
}

/// <summary>A step.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Outcome"><c>ok</c>, <c>warning</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Remedy">What to do; left out where there is nothing to do.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record StepJson(string Name, string Outcome, string Seen, string? Remedy, long Milliseconds);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportJson))]
internal sealed partial class DoctorJson : JsonSerializerContext;
