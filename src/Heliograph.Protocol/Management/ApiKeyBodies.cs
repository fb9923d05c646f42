namespace Heliograph.Protocol.Management;

/// <summary>The body that creates an API key.</summary>
public sealed record CreateApiKeyRequest
{
    /// <summary>A name to know it by, at most 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>What it may do: <c>read</c>, <c>manage</c>, <c>report</c>.</summary>
    public IReadOnlyList<string?>? Scopes { get; init; }

    /// <summary>When it stops working; never, where left out.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whose it is; the caller's own organization where left out. Another one only for the operator's organization.</summary>
    public string? OrganizationId { get; init; }
}

/// <summary>An API key, without its secret.</summary>
/// <param name="Id">Its ID, the middle part of the key.</param>
/// <param name="OrganizationId">Whose it is.</param>
/// <param name="Name">A name to know it by.</param>
/// <param name="Scopes">What it may do: <c>read</c>, <c>manage</c>, <c>report</c>.</param>
/// <param name="Created">When it was created, in UTC.</param>
/// <param name="ExpiresAt">When it stops working, in UTC.</param>
/// <param name="RevokedAt">When it was revoked, in UTC.</param>
public sealed record ApiKey(
    string Id,
    string OrganizationId,
    string? Name,
    IReadOnlyList<string> Scopes,
    DateTime Created,
    DateTime? ExpiresAt,
    DateTime? RevokedAt);

/// <summary>The answer to the creation of an API key: the only time its secret is shown.</summary>
/// <param name="Key">The API key, to be sent as a bearer token.</param>
/// <param name="ApiKey">What it is.</param>
public sealed record CreatedApiKey(string Key, ApiKey ApiKey)
{
    /// <summary>The key's ID alone: the secret has no place in a log.</summary>
    public override string ToString() => $"{nameof(CreatedApiKey)} {ApiKey.Id}";
}
