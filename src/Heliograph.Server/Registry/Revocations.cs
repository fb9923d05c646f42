using System.Collections.Concurrent;
using Heliograph.Protocol;
using Heliograph.Server.Connect;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>
/// What was deleted or removed of late. A ticket opens a socket without a look at the registry; this short list, in memory, is
/// what stops the tickets that a deleted product or device or a removed key had been given before.
/// See docs/decisions/0004-revocations.md.
/// </summary>
internal sealed class Revocations(IDbContextFactory<RegistryDbContext> database, IRegistryDatabase provider, TimeProvider time)
{
    /// <summary>No ticket is older, whatever the configuration says; an entry of this age can go.</summary>
    public static readonly TimeSpan LongestTicketLifetime = TimeSpan.FromDays(30);

    /// <summary>What the subject begins with where it is a session of the console: those are no ticket's business, and asked for one by one.</summary>
    public const string SessionPrefix = "session:";

    private readonly ConcurrentDictionary<string, DateTime> _revoked = new(StringComparer.Ordinal);

    /// <summary>Reads the list from the database and drops what is too old to matter.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await PruneAsync(cancellationToken);
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await foreach (var row in db.Revocations.AsNoTracking().Where(x => !EF.Functions.Like(x.Subject, SessionPrefix + "%")).AsAsyncEnumerable().WithCancellation(cancellationToken))
            _revoked[row.Subject] = row.RevokedAt;
    }

    /// <summary>What is on the list in the database and was never heard of here, as changes that are to be made known.</summary>
    public async Task<IReadOnlyList<RegistryChange>> FindMissedAsync(CancellationToken cancellationToken)
    {
        var missed = new List<RegistryChange>();
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await foreach (var row in db.Revocations.AsNoTracking().Where(x => !EF.Functions.Like(x.Subject, SessionPrefix + "%")).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if ((!_revoked.TryGetValue(row.Subject, out var known) || known + provider.NewsTime < row.RevokedAt) && ChangeOf(row.Subject) is { } change)
                missed.Add(change);
        }

        return missed;
    }

    /// <summary>Drops what is too old to matter.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow().UtcDateTime - LongestTicketLifetime;
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await db.Revocations.Where(x => x.RevokedAt < oldest).ExecuteDeleteAsync(cancellationToken);
        foreach (var old in _revoked.Where(x => x.Value < oldest))
            _revoked.TryRemove(old);
    }

    /// <summary>Puts a change on the list, in the transaction that makes it.</summary>
    public async Task RecordAsync(RegistryDbContext db, RegistryChange change, CancellationToken cancellationToken)
    {
        var subject = Subject(change.Product, change.Device, change.RevokedKey);
        var now = time.GetUtcMilliseconds();
        if (await db.Revocations.Where(x => x.Subject == subject).ExecuteUpdateAsync(x => x.SetProperty(row => row.RevokedAt, now), cancellationToken) == 0)
        {
            db.Revocations.Add(new RevocationRow { Subject = subject, RevokedAt = now });
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    /// <summary>Makes a recorded change known to <see cref="Covers"/>. One that only adds something revokes nothing.</summary>
    public void Apply(RegistryChange change)
    {
        if (change.Revokes)
            _revoked[Subject(change.Product, change.Device, change.RevokedKey)] = time.GetUtcMilliseconds();
    }

    /// <summary>When a key was last removed from a device, or from a product where it is a product's; null where that was never or too long ago.</summary>
    public DateTime? RemovedAt(DeviceAddress device, KeyId key) =>
        _revoked.TryGetValue(Subject(device.Product, key.Owner == KeyOwner.Device ? device.Device : null, key), out var at) ? at : null;

    /// <summary>
    /// Whether the ticket was issued before something that it stands on was revoked, or so soon after that whoever issued it may not have heard of it.
    /// </summary>
    public bool Covers(Ticket ticket)
    {
        if (_revoked.IsEmpty)
            return false;

        var (product, device) = (ticket.Device.Product, ticket.Device.Device);
        return Since(Subject(product, null, null))
            || Since(Subject(product, device, null))
            || (ticket.Key is { } key && Since(Subject(product, key.Owner == KeyOwner.Device ? device : null, key)));

        bool Since(string subject) => _revoked.TryGetValue(subject, out var at) && ticket.IssuedAt <= at + provider.NewsTime;
    }

    /// <summary>The change that a subject on the list came from: of a product, a device, or a key of either.</summary>
    private static RegistryChange? ChangeOf(string subject)
    {
        var parts = subject.Split('/');
        if (!ProductId.TryParse(parts[0], out var product))
            return null;
        DeviceId? device = parts.Length > 1 && DeviceId.TryParse(parts[1], out var id) ? id : null;
        return KeyId.TryParse(parts[^1], out var key) ? new(product, device, RevokedKey: key)
            : parts.Length == (device is null ? 1 : 2) ? new(product, device, Deleted: true)
            : null;
    }

    private static string Subject(ProductId product, DeviceId? device, KeyId? key)
    {
        var owner = device is { } id ? $"{product}/{id}" : product.Value;
        return key is { } removed ? $"{owner}/{removed}" : owner;
    }
}
