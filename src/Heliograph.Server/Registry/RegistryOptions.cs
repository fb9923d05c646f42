namespace Heliograph.Server.Registry;

/// <summary>The registry.</summary>
internal sealed class RegistryOptions
{
    /// <summary>How many products and devices the connect path keeps in memory.</summary>
    public int CacheSize { get; set; } = 100_000;

    /// <summary>How often usage counters, last-connect times and last uses of keys are written: what a crash may lose of them.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The organization of the API key that is made on the first start: the operator's, which may make keys for others.</summary>
    public string OperatorOrganization { get; set; } = "or-operator";

    /// <summary>The region of this node, one of <c>Regions:Known</c> where those are set.</summary>
    public string Region { get; set; } = "local";

    /// <summary>How long an entry of the audit log is kept. 0 keeps it for ever.</summary>
    public TimeSpan AuditRetention { get; set; } = TimeSpan.FromDays(730);

    public IEnumerable<string> Validate()
    {
        if (CacheSize < 1)
            yield return "CacheSize must be 1 or more";
        if (FlushInterval < TimeSpan.FromMilliseconds(100) || FlushInterval > TimeSpan.FromDays(1))
            yield return "FlushInterval must be between 00:00:00.1 and 1.00:00:00";
        if (AuditRetention != TimeSpan.Zero && (AuditRetention < TimeSpan.FromDays(1) || AuditRetention > TimeSpan.FromDays(36_500)))
            yield return "AuditRetention must be between 1.00:00:00 and 36500.00:00:00, or 0 to keep the audit log for ever";
        if (string.IsNullOrWhiteSpace(OperatorOrganization))
            yield return "OperatorOrganization must not be empty";
        if (!Management.FieldRules.IsRegion(Region))
            yield return $"Region must be {Management.FieldRules.RegionForm}";
    }
}
