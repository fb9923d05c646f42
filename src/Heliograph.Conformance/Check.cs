namespace Heliograph.Conformance;

/// <summary>When a check runs.</summary>
public enum CheckKind
{
    /// <summary>Always, many at a time.</summary>
    Usual,

    /// <summary>Only where the run may take minutes: it waits for what takes long.</summary>
    Slow,

    /// <summary>Only where the service may be loaded: it sends as much as the service takes. By itself, after the others.</summary>
    Load,

    /// <summary>Only where the service can be restarted. By itself, after the others.</summary>
    Restart,

    /// <summary>Last: it looks at what the other checks saw.</summary>
    Last,
}

/// <summary>One check of one rule.</summary>
public sealed record Check
{
    internal Check(string id, string rule, string why, Func<Scene, Task> run)
    {
        Id = id;
        Rule = rule;
        Why = why;
        Run = run;
    }

    /// <summary>Its name, which stays: the section, what it is about, and the rule, e.g. <c>http.client-connect.invalid-token-fails</c>.</summary>
    public string Id { get; }

    /// <summary>The part of the protocol that it belongs to: <c>http</c>, <c>tokens</c>, <c>url</c> or <c>routing</c>.</summary>
    public string Section => Id[..Id.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>The rule, in the words of the protocol page.</summary>
    public string Rule { get; }

    /// <summary>Why the rule is there: what goes wrong with SDKs where it is broken.</summary>
    public string Why { get; }

    /// <summary>When it runs.</summary>
    public CheckKind Kind { get; init; }

    /// <summary>How many devices of one product it needs.</summary>
    public int Devices { get; init; } = 1;

    /// <summary>How many devices of another product it needs besides.</summary>
    public int ForeignDevices { get; init; }

    internal Func<Scene, Task> Run { get; }
}
