using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using Heliograph.Server.Console.SignIn.OpenId;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Console.SignIn;

/// <summary>
/// Sessions: how they begin, whether they hold still, and how they end. What a session is lives in its cookie, sealed; the registry knows
/// those alone that ended before their time. See docs/decisions/0012-sessions.md.
/// </summary>
internal sealed class Sessions(
    ApiKeyStore keys, IDbContextFactory<RegistryDbContext> database, AuditLog audit, IOptions<ConsoleOptions> options, IOptions<OpenIdOptions> openId, TimeProvider time)
{
    private const string IdClaim = "session";
    private const string EndClaim = "ends";
    private const string KeyPrefix = "key:";

    /// <summary>A new session: never one that the browser brought along.</summary>
    /// <param name="visitor">Whose it is.</param>
    /// <param name="notAfter">When it ends at the latest, if that is before the limit of all sessions.</param>
    public ClaimsPrincipal Open(Visitor visitor, DateTimeOffset? notAfter)
    {
        var end = time.GetUtcNow() + options.Value.SessionLifetime;
        if (notAfter < end)
            end = notAfter.Value;
        var principal = visitor.ToPrincipal();
        ((ClaimsIdentity)principal.Identity!).AddClaims(
        [
            new(IdClaim, RandomNumberGenerator.GetHexString(32, lowercase: true)),
            new(EndClaim, end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ]);
        return principal;
    }

    /// <summary>Signs somebody in; whoever was signed in in that browser is signed out.</summary>
    /// <param name="http">The request that the cookie is answered to.</param>
    /// <param name="visitor">Who it is.</param>
    /// <param name="notAfter">When the session ends at the latest.</param>
    public async Task BeginAsync(HttpContext http, Visitor visitor, DateTimeOffset? notAfter)
    {
        await ForgetAsync(http);
        await RecordStartAsync(http, visitor, "with an API key");
        await http.SignInAsync(SessionCookie.Scheme, Open(visitor, notAfter));
    }

    /// <summary>Writes into the audit log that somebody signed in.</summary>
    /// <param name="http">The request.</param>
    /// <param name="visitor">Who it is.</param>
    /// <param name="how">The way, for a person.</param>
    public Task RecordStartAsync(HttpContext http, Visitor visitor, string how) =>
        audit.RecordAsync(visitor.ActorOf(http), AuditAction.SessionStart, new(), how, http.RequestAborted);

    /// <summary>Signs out: the cookie is taken back, and is of no use to whoever has a copy of it.</summary>
    public async Task EndAsync(HttpContext http)
    {
        await ForgetAsync(http);
        await http.SignOutAsync(SessionCookie.Scheme);
    }

    /// <summary>Whether a session holds still: it is within its time, was not signed out, and what it began with is valid.</summary>
    public async Task<bool> HoldsAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (Visitor.Of(user) is not { } visitor || user.FindFirstValue(IdClaim) is not { } id
            || !long.TryParse(user.FindFirstValue(EndClaim), CultureInfo.InvariantCulture, out var end)
            || time.GetUtcNow() >= DateTimeOffset.FromUnixTimeSeconds(end))
            return false;
        if (visitor.Id.StartsWith(KeyPrefix, StringComparison.Ordinal) && !await keys.IsValidAsync(visitor.Id[KeyPrefix.Length..], cancellationToken))
            return false;
        if (visitor.Id.StartsWith(OpenIdClaims.IdPrefix, StringComparison.Ordinal) && openId.Value.Authority is null)
            return false;

        return !await IsForgottenAsync(id, cancellationToken);
    }

    private async Task ForgetAsync(HttpContext http)
    {
        if (http.User.FindFirstValue(IdClaim) is not { } id || Visitor.Of(http.User) is not { } visitor || await IsForgottenAsync(id, http.RequestAborted))
            return;
        await using var db = await database.CreateDbContextAsync(http.RequestAborted);
        await using var transaction = await db.Database.BeginTransactionAsync(http.RequestAborted);
        // It may be signed out in two tabs at once. The SQL is what SQLite and PostgreSQL have in common.
        var (subject, now) = (SubjectOf(id), time.GetUtcNow().ToUnixTimeMilliseconds());
        var added = await db.Database.ExecuteSqlAsync(
            $"""INSERT INTO "Revocations" ("Subject", "RevokedAt") VALUES ({subject}, {now}) ON CONFLICT DO NOTHING""", http.RequestAborted);
        if (added == 0)
            return;
        audit.Add(db, visitor.ActorOf(http), AuditAction.SessionEnd, new(), null);
        await db.SaveChangesAsync(http.RequestAborted);
        await transaction.CommitAsync(http.RequestAborted);
    }

    private async Task<bool> IsForgottenAsync(string id, CancellationToken cancellationToken)
    {
        var subject = SubjectOf(id);
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        return await db.Revocations.AnyAsync(x => x.Subject == subject, cancellationToken);
    }

    private static string SubjectOf(string id) => Revocations.SessionPrefix + id;
}
