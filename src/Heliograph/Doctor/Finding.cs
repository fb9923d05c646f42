namespace Heliograph.Doctor;

/// <summary>What a step found.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Seen">What was seen, for a person.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record Finding(Outcome Outcome, string Seen, string? Remedy = null)
{
    public static Finding Ok(string seen) => new(Outcome.Ok, seen);

    public static Finding Warning(string seen, string remedy) => new(Outcome.Warning, seen, remedy);

    public static Finding Failed(string seen, string remedy) => new(Outcome.Failed, seen, remedy);

    public static Finding Skipped(string reason, string? remedy = null) => new(Outcome.Skipped, reason, remedy);
}

/// <summary>A step can't go on; what it found is told as its failure.</summary>
internal sealed class StepFailedException(Finding finding) : Exception(finding.Seen)
{
    public StepFailedException(string seen, string remedy) : this(Finding.Failed(seen, remedy))
    {
    }

    public Finding Finding { get; } = finding;
}
