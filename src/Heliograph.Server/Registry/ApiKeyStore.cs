using System.Security.Cryptography;
using System.Text;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>
/// API keys: <c>hgk_{id}_{secret}</c>. The secret has 256 random bits, so its plain SHA-256 is stored: there is nothing to guess
/// that a slow hash would have to protect.
/// </summary>
internal sealed class ApiKeyStore(IDbContextFactory<RegistryDbContext> database, AuditLog audit, TimeProvider time)
{
    public const string Read = "read";
    public const string Manage = "manage";

    /// <summary>May report what TURN servers have relayed, and nothing else: for keys that lie on machines beside a TURN server.</summary>
    public const string Report = "report";

    private const string Prefix = "hgk_";
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdLength = 12;
    private const int SecretLength = 52; // 52 × log2(36) > 256 bits

    public async Task<CreatedApiKey> CreateAsync(
        Actor actor, string organization, string? name, IEnumerable<string> scopes, DateTime? expiresAt, CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetString(Alphabet, SecretLength);
        var row = new ApiKeyRow
        {
            Id = RandomNumberGenerator.GetString(Alphabet, IdLength),
            OrganizationId = organization,
            Name = name,
            SecretHash = Hash(secret),
            Scopes = string.Join(' ', scopes),
            Created = time.GetUtcMilliseconds(),
            ExpiresAt = expiresAt?.ToMilliseconds(),
        };
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        db.ApiKeys.Add(row);
        audit.Add(db, actor, organization, AuditAction.ApiKeyCreate, new(ApiKeyId: row.Id), AuditDetail.ApiKey(row));
        await db.SaveChangesAsync(cancellationToken);
        return new($"{Prefix}{row.Id}_{secret}", Describe(row));
    }

    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        return await db.ApiKeys.AnyAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(string organization, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var rows = await db.ApiKeys.AsNoTracking()
            .Where(x => x.OrganizationId == organization)
            .OrderBy(x => x.Created)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(Describe)];
    }

    /// <summary>Revokes a key of an organization, or of any where that is null.</summary>
    public async Task<ApiKey> RevokeAsync(Actor actor, string? organization, string id, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var row = await db.ApiKeys.SingleOrDefaultAsync(x => x.Id == id && (organization == null || x.OrganizationId == organization), cancellationToken)
            ?? throw ApiException.NoSuchApiKey(id);
        if (row.RevokedAt is null)
        {
            row.RevokedAt = time.GetUtcMilliseconds();
            audit.Add(db, actor, row.OrganizationId, AuditAction.ApiKeyRevoke, new(ApiKeyId: row.Id), AuditDetail.Name(row.Name));
        }

        await db.SaveChangesAsync(cancellationToken);
        return Describe(row);
    }

    /// <summary>The key that a caller showed, or null where it is unknown, revoked or expired.</summary>
    public async Task<ApiKey?> FindAsync(string presented, CancellationToken cancellationToken)
    {
        if (!presented.StartsWith(Prefix, StringComparison.Ordinal) || presented.Length != Prefix.Length + IdLength + 1 + SecretLength
            || presented[Prefix.Length + IdLength] != '_')
            return null;

        var id = presented.Substring(Prefix.Length, IdLength);
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var row = await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(x => x.Id == id, cancellationToken);
        if (row is null || !CryptographicOperations.FixedTimeEquals(row.SecretHash, Hash(presented[^SecretLength..])))
            return null;

        return HasEnded(row) ? null : Describe(row);
    }

    /// <summary>Whether a key that was shown before is valid still.</summary>
    public async Task<bool> IsValidAsync(string id, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        return await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(x => x.Id == id, cancellationToken) is { } row && !HasEnded(row);
    }

    private bool HasEnded(ApiKeyRow row) => row.RevokedAt is not null || row.ExpiresAt <= time.GetUtcNow().UtcDateTime;

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private static ApiKey Describe(ApiKeyRow row) =>
        new(row.Id, row.OrganizationId, row.Name, row.Scopes.Split(' '), row.Created, row.ExpiresAt, row.RevokedAt);
}
