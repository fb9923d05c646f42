namespace Heliograph.Server.Ice.Stun;

/// <summary>How a STUN or TURN server is.</summary>
internal enum IceOutcome
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but something will hurt somebody.</summary>
    Warning,

    /// <summary>Peers can't use it.</summary>
    Failed,
}

/// <summary>What was found of a STUN or TURN server.</summary>
/// <param name="Outcome">How it is.</param>
/// <param name="Seen">What was seen, for a person: words of this program's alone.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record IceFinding(IceOutcome Outcome, string Seen, string? Remedy = null)
{
    public static IceFinding Ok(string seen) => new(IceOutcome.Ok, seen);

    public static IceFinding Warning(string seen, string remedy) => new(IceOutcome.Warning, seen, remedy);

    public static IceFinding Failed(string seen, string remedy) => new(IceOutcome.Failed, seen, remedy);
}
