namespace Heliograph.Server.Registry;

/// <summary>The registry.</summary>
internal sealed class RegistryOptions
{
    /// <summary>How many products and devices the connect path keeps in memory.</summary>
    public int CacheSize { get; set; } = 100_000;

    /// <summary>
    /// PostgreSQL in place of the file in the data folder, for nodes that share a registry: <c>Host=…;Database=…;Username=…;Password=…</c> or
    /// <c>postgres://user:password@host/database</c>.
    /// </summary>
    public string? Postgres { get; set; }

    /// <summary>A read replica of it that is nearer, in the same form: the connect calls look devices and products up there.</summary>
    public string? PostgresReplica { get; set; }

    /// <summary>
    /// How long a node that no longer hears of changes, as when PostgreSQL is lost, goes on believing what it remembers of products and devices.
    /// Until then a key that another node removed meanwhile still connects. 0 stops at once.
    /// </summary>
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromMinutes(5);

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
        if (CacheLifetime < TimeSpan.Zero || CacheLifetime > TimeSpan.FromDays(1))
            yield return "CacheLifetime must be between 00:00:00 and 1.00:00:00";
        if (!string.IsNullOrWhiteSpace(PostgresReplica) && string.IsNullOrWhiteSpace(Postgres))
            yield return "PostgresReplica is of no use without Registry:Postgres";
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
