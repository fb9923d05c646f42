namespace Heliograph.Conformance;

/// <summary>How a check went.</summary>
public enum CheckOutcome
{
    /// <summary>The service keeps the rule, as far as the check can see.</summary>
    Passed,

    /// <summary>It does not.</summary>
    Failed,

    /// <summary>It could not be seen; the result says why.</summary>
    NotChecked,
}

/// <summary>How a check went, in words.</summary>
/// <param name="Check">The check.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Duration">How long it took.</param>
public sealed record CheckResult(Check Check, CheckOutcome Outcome, TimeSpan Duration)
{
    /// <summary>What the rule asks for, where the check failed.</summary>
    public string? Expected { get; init; }

    /// <summary>What was seen instead, where the check failed.</summary>
    public string? Saw { get; init; }

    /// <summary>Why it was not checked, where it was not.</summary>
    public string? Reason { get; init; }
}

/// <summary>A rule is broken.</summary>
/// <param name="expected">What the rule asks for.</param>
/// <param name="saw">What was seen instead.</param>
internal sealed class CheckFailedException(string expected, string saw) : Exception($"expected {expected}; saw {saw}")
{
    public string Expected { get; } = expected;

    public string Saw { get; } = saw;
}

/// <summary>A rule can't be seen here.</summary>
/// <param name="reason">Why not, and where that helps, what would change it.</param>
internal sealed class NotCheckedException(string reason) : Exception(reason);
