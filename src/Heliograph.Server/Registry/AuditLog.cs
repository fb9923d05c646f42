using System.Runtime.CompilerServices;
using Heliograph.Protocol.Management;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>
/// Who changed what, and when. A change of the registry writes its entry in its own transaction, so that there is never one without the
/// other; see docs/decisions/0013-audit-log.md.
/// </summary>
internal sealed class AuditLog(IDbContextFactory<RegistryDbContext> database, TimeProvider time)
{
    private const int ExportPage = 1000;

    /// <summary>Keeps what was done, where nothing of the registry changes with it.</summary>
    /// <param name="actor">Who did it.</param>
    /// <param name="action">One of <see cref="AuditAction"/>.</param>
    /// <param name="subject">What they did it to.</param>
    /// <param name="detail">More of it, for a person: names and numbers, never a secret, a key or a message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RecordAsync(Actor actor, string action, AuditSubject subject, string? detail, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        Add(db, actor, action, subject, detail);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Adds an entry to what is about to be saved: it is written with the change, or neither is.</summary>
    public void Add(RegistryDbContext db, Actor actor, string action, AuditSubject subject, string? detail) =>
        Add(db, actor, actor.Organization, action, subject, detail);

    /// <summary>
    /// The same for something that may be another organization's: it is in the logs of both. Which address the operator came from is
    /// nobody else's business.
    /// </summary>
    public void Add(RegistryDbContext db, Actor actor, string organization, string action, AuditSubject subject, string? detail)
    {
        if (!AuditAction.All.ContainsKey(action))
            throw new ArgumentOutOfRangeException(nameof(action), action, "There is no such action.");

        var now = time.GetUtcMilliseconds();
        db.Audit.Add(NewRow(now, organization, organization == actor.Organization ? actor : actor with { Address = null }, action, subject, detail));
        if (organization != actor.Organization)
            db.Audit.Add(NewRow(now, actor.Organization, actor, action, subject, Join(detail, $"of organization {organization}")));
    }

    /// <summary>A page of an organization's entries, the newest first, and the cursor of the next one, if any.</summary>
    /// <param name="organization">Whose log it is.</param>
    /// <param name="filter">Which entries.</param>
    /// <param name="before">The ID that the page begins behind; null for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(IReadOnlyList<AuditEntry> Entries, string? Next)> ListAsync(
        string organization, AuditFilter filter, string? before, int limit, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var rows = await Matching(db, organization, filter, before).Take(limit + 1).ToListAsync(cancellationToken);
        var hasMore = rows.Count > limit;
        if (hasMore)
            rows.RemoveAt(limit);
        return ([.. rows.Select(Describe)], hasMore ? rows[^1].Id : null);
    }

    /// <summary>All of an organization's entries that match, the newest first. They are read as they are taken, a part at a time.</summary>
    public async IAsyncEnumerable<AuditEntry> ReadAsync(
        string organization, AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? before = null;
        do
        {
            (var entries, before) = await ListAsync(organization, filter, before, ExportPage, cancellationToken);
            foreach (var entry in entries)
                yield return entry;
        }
        while (before is not null);
    }

    /// <summary>The products and devices of entries that are still there: each as a subject of its own.</summary>
    public async Task<IReadOnlySet<AuditSubject>> FindExistingAsync(string organization, IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken)
    {
        var products = entries.Select(x => x.Subject.ProductId).OfType<string>().Distinct().ToList();
        var devices = entries.Select(x => x.Subject.DeviceId).OfType<string>().Distinct().ToList();
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var own = await db.Products
            .Where(x => x.OrganizationId == organization && products.Contains(x.ProductId))
            .Select(x => x.ProductId)
            .ToListAsync(cancellationToken);
        var found = await db.Devices
            .Where(x => own.Contains(x.ProductId) && devices.Contains(x.DeviceId))
            .Select(x => new { x.ProductId, x.DeviceId })
            .ToListAsync(cancellationToken);
        return own.Select(x => new AuditSubject(x)).Concat(found.Select(x => new AuditSubject(x.ProductId, x.DeviceId))).ToHashSet();
    }

    /// <summary>Deletes what is older than this.</summary>
    /// <returns>How many entries that were.</returns>
    public async Task<int> PruneAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        var oldest = AuditId.Before(time.GetUtcNow().UtcDateTime - age);
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        return await db.Audit.Where(x => string.Compare(x.Id, oldest) < 0).ExecuteDeleteAsync(cancellationToken);
    }

    private static IQueryable<AuditRow> Matching(RegistryDbContext db, string organization, AuditFilter filter, string? before)
    {
        var rows = db.Audit.AsNoTracking().Where(x => x.OrganizationId == organization);
        if (before is not null)
            rows = rows.Where(x => string.Compare(x.Id, before) < 0);
        if (filter.From is { } from)
        {
            var first = AuditId.Before(from);
            rows = rows.Where(x => string.Compare(x.Id, first) >= 0);
        }

        if (filter.To is { } to)
        {
            var end = AuditId.Before(to);
            rows = rows.Where(x => string.Compare(x.Id, end) < 0);
        }

        if (filter.Actor is { } actor)
            rows = rows.Where(x => x.ActorId == actor || x.ActorName == actor);
        if (filter.Action is { } action)
        {
            var actions = AuditAction.All.Keys.Where(x => AuditAction.Covers(action, x)).ToList();
            rows = rows.Where(x => actions.Contains(x.Action));
        }

        if (filter.Product?.Value is { } product)
            rows = rows.Where(x => x.ProductId == product);
        if (filter.Device?.Value is { } device)
            rows = rows.Where(x => x.DeviceId == device);
        return rows.OrderByDescending(x => x.Id);
    }

    private static AuditRow NewRow(DateTime time, string organization, Actor actor, string action, AuditSubject subject, string? detail) => new()
    {
        Id = AuditId.New(time),
        Time = time,
        OrganizationId = organization,
        ActorId = actor.Id,
        ActorName = actor.Name,
        Via = actor.Via,
        Address = actor.Address,
        Action = action,
        ProductId = subject.ProductId,
        DeviceId = subject.DeviceId,
        KeyId = subject.KeyId,
        ApiKeyId = subject.ApiKeyId,
        Detail = detail,
    };

    private static AuditEntry Describe(AuditRow row) => new(
        row.Id,
        row.Time,
        row.OrganizationId,
        new(row.ActorId, row.ActorName, row.Via, row.Address),
        row.Action,
        new(row.ProductId, row.DeviceId, row.KeyId, row.ApiKeyId),
        row.Detail);

    private static string Join(string? detail, string more) => detail is null ? more : $"{detail}; {more}";
}
