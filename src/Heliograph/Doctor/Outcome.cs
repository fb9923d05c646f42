namespace Heliograph.Doctor;

/// <summary>How a step of the walk went.</summary>
internal enum Outcome
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but something will hurt somebody.</summary>
    Warning,

    /// <summary>Peers, or a part of them, get no further.</summary>
    Failed,

    /// <summary>Not tried: what it needs is not there.</summary>
    Skipped,
}
