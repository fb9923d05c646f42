namespace Heliograph.Conformance;

/// <summary>How the suite runs.</summary>
public sealed record SuiteOptions
{
    /// <summary>How long one answer or frame may take before the check fails.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a usual check may take as a whole.</summary>
    public TimeSpan CheckTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many checks run at a time, at most.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Whether checks that wait for minutes run.</summary>
    public bool IncludesSlow { get; init; }

    /// <summary>Whether checks that load the service run.</summary>
    public bool IncludesLoad { get; init; }

    /// <summary>Restarts the service, and may return before it is back; null where that is not possible.</summary>
    public Func<CancellationToken, Task>? RestartAsync { get; init; }

    /// <summary>Which checks run: those whose ID is one of these or begins with one and a point. All, where empty.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Tells of each result as it comes.</summary>
    public Action<CheckResult>? OnResult { get; init; }

    /// <summary>The clock that slow checks wait by and tokens are made by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
