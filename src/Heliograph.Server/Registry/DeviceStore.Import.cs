using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>A device that is to be created, with all that is known of it.</summary>
/// <param name="Id">Its ID.</param>
/// <param name="Name">Its name, where it has one.</param>
/// <param name="Tags">Its tags, where it has any.</param>
/// <param name="PublicKeys">Its keys as DER SubjectPublicKeyInfo.</param>
internal sealed record DeviceDraft(
    DeviceId Id, string? Name, IReadOnlyDictionary<string, string>? Tags, IReadOnlyList<byte[]> PublicKeys);

internal sealed partial class DeviceStore
{
    /// <summary>Those of the IDs that devices of the product have.</summary>
    public async Task<IReadOnlySet<DeviceId>> FindTakenAsync(
        string organization, ProductId product, IReadOnlyCollection<DeviceId> ids, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await db.RequireProductAsync(organization, product, cancellationToken);
        var texts = ids.Select(x => x.Value).ToList();
        var taken = await db.Devices
            .Where(x => x.ProductId == product.Value && EF.Parameter(texts).Contains(x.DeviceId))
            .Select(x => x.DeviceId)
            .ToListAsync(cancellationToken);
        return taken.Select(DeviceId.Parse).ToHashSet();
    }

    /// <summary>Creates devices with their names, tags and keys: all of them or none.</summary>
    /// <param name="actor">Who does.</param>
    /// <param name="product">Their product.</param>
    /// <param name="drafts">The devices; no ID twice.</param>
    /// <param name="isBatch">Whether they become a new batch; of one device alone it may be left.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The batch's number, if they became one.</returns>
    /// <exception cref="ApiException">409: an ID is taken.</exception>
    public async Task<long?> CreateAsync(
        Actor actor, ProductId product, IReadOnlyList<DeviceDraft> drafts, bool isBatch, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var owner = await db.HoldProductAsync(actor.Organization, product, cancellationToken);
        var ids = drafts.Select(x => x.Id.Value).ToList();
        var taken = await db.Devices
            .Where(x => x.ProductId == product.Value && EF.Parameter(ids).Contains(x.DeviceId))
            .Select(x => x.DeviceId)
            .FirstOrDefaultAsync(cancellationToken);
        if (taken is not null)
            throw ApiException.Conflict($"deviceId: '{taken}' is taken. No device was created.");

        long? batch = isBatch ? ++owner.LastBatchId : null;
        var keys = new List<DeviceKeyRow>();
        foreach (var draft in drafts)
        {
            var row = NewDevice(product, draft.Id, draft.Tags, batch);
            row.Name = draft.Name;
            db.Devices.Add(row);
            keys.AddRange(draft.PublicKeys
                .Select(key => new DeviceKeyRow
                {
                    ProductId = product.Value,
                    DeviceId = draft.Id.Value,
                    KeyId = KeyId.Of(KeyOwner.Device, key).Value,
                    SubjectPublicKeyInfo = key,
                    Created = row.Created,
                })
                .DistinctBy(x => x.KeyId));
        }

        db.DeviceKeys.AddRange(keys);
        var subject = drafts is [var only] ? new AuditSubject(product.Value, only.Id.Value) : new(product.Value);
        var detail = batch is { } number ? AuditDetail.Batch(number, [.. drafts.Select(x => x.Id)]) : AuditDetail.Name(drafts[0].Name);
        audit.Add(db, actor, AuditAction.DeviceCreate, subject, detail);
        if (keys.Count > 0)
            audit.Add(db, actor, AuditAction.DeviceKeyAdd, SubjectOf(product, keys), DetailOf(keys));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return batch;
    }
}
