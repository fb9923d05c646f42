namespace Heliograph.Server.Registry;

// The rows of the registry's tables. IDs are texts in lower case; times are UTC with milliseconds.

internal sealed class ProductRow
{
    public required string ProductId { get; init; }
    public required string OrganizationId { get; init; }
    public required string Region { get; set; }

    /// <summary>When it was last moved from one region to another; null where that never was.</summary>
    public DateTime? MovedAt { get; set; }
    public string? Name { get; set; }
    public Dictionary<string, string> Tags { get; set; } = [];
    public DateTime Created { get; init; }

    /// <summary>The number of the newest batch of devices, 0 before the first.</summary>
    public long LastBatchId { get; set; }
}

internal sealed class ProductKeyRow
{
    public required string ProductId { get; init; }
    public required string KeyId { get; init; }
    public required byte[] SubjectPublicKeyInfo { get; init; }
    public DateTime Created { get; init; }
    public DateTime? LastUsed { get; set; }
}

internal sealed class DeviceRow
{
    public required string ProductId { get; init; }
    public required string DeviceId { get; init; }
    public string? Name { get; set; }

    /// <summary>The tags as they are stored: a text, so that they can be searched.</summary>
    public string TagsJson { get; private set; } = "{}";

    public IReadOnlyDictionary<string, string> Tags { get => Registry.TagsJson.Read(TagsJson); set => TagsJson = Registry.TagsJson.Write(value); }
    public long? BatchId { get; init; }
    public DateTime Created { get; init; }
    public DateTime? LastConnect { get; set; }
}

internal sealed class DeviceKeyRow
{
    public required string ProductId { get; init; }
    public required string DeviceId { get; init; }
    public required string KeyId { get; init; }
    public required byte[] SubjectPublicKeyInfo { get; init; }
    public DateTime Created { get; init; }
    public DateTime? LastUsed { get; set; }
}

internal sealed class ApiKeyRow
{
    public required string Id { get; init; }
    public required string OrganizationId { get; init; }
    public string? Name { get; init; }

    /// <summary>SHA-256 of the key's secret part.</summary>
    public required byte[] SecretHash { get; init; }

    /// <summary>Space-separated: <c>read</c>, <c>manage</c>.</summary>
    public required string Scopes { get; init; }
    public DateTime Created { get; init; }
    public DateTime? ExpiresAt { get; init; }
    public DateTime? RevokedAt { get; set; }
}

internal sealed class UsageRow
{
    public required string ProductId { get; init; }
    public required string DeviceId { get; init; }

    /// <summary>Year × 100 + month, UTC.</summary>
    public int Month { get; init; }
    public long SignalingMessages { get; set; }
    public long RelayBytes { get; set; }
}

internal sealed class TurnReporterRow
{
    public required string Reporter { get; init; }

    /// <summary>The number of the last report that was counted.</summary>
    public long Sequence { get; set; }
    public DateTime ReportedAt { get; set; }
}

internal sealed class RevocationRow
{
    /// <summary>What was revoked; see <see cref="Revocations"/>.</summary>
    public required string Subject { get; init; }
    public DateTime RevokedAt { get; set; }
}

internal sealed class AuditRow
{
    /// <summary>See <see cref="AuditId"/>.</summary>
    public required string Id { get; init; }
    public DateTime Time { get; init; }
    public required string OrganizationId { get; init; }
    public required string ActorId { get; init; }
    public string? ActorName { get; init; }
    public required string Via { get; init; }
    public string? Address { get; init; }

    /// <summary>One of <see cref="AuditAction"/>.</summary>
    public required string Action { get; init; }
    public string? ProductId { get; init; }
    public string? DeviceId { get; init; }
    public string? KeyId { get; init; }
    public string? ApiKeyId { get; init; }
    public string? Detail { get; init; }
}

internal sealed class DataProtectionKeyRow
{
    public required string Name { get; init; }
    public required string Xml { get; init; }
}
