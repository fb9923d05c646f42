using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

internal sealed partial class DeviceStore
{
    public async Task<Device> AddKeyAsync(Actor actor, DeviceAddress device, byte[] subjectPublicKeyInfo, CancellationToken cancellationToken)
    {
        await AddKeysAsync(actor, device.Product, [(device.Device, subjectPublicKeyInfo)], cancellationToken);
        return await GetAsync(actor.Organization, device, cancellationToken);
    }

    /// <summary>Adds keys to devices: all of them or none. A key that a device has already is no error.</summary>
    /// <exception cref="ApiException">404: a device does not exist.</exception>
    public async Task AddKeysAsync(
        Actor actor, ProductId product, IReadOnlyList<(DeviceId Device, byte[] SubjectPublicKeyInfo)> keys, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.HoldProductAsync(actor.Organization, product, cancellationToken);

        var ids = keys.Select(x => x.Device.Value).Distinct().ToList();
        var known = await db.Devices
            .Where(x => x.ProductId == product.Value && ids.Contains(x.DeviceId))
            .Select(x => x.DeviceId)
            .ToHashSetAsync(cancellationToken);
        if (ids.Find(id => !known.Contains(id)) is { } missing)
            throw ApiException.NoSuchDevice(product.Value, missing);

        var present = await db.DeviceKeys
            .Where(x => x.ProductId == product.Value && ids.Contains(x.DeviceId))
            .Select(x => new { x.DeviceId, x.KeyId })
            .ToListAsync(cancellationToken);
        var seen = present.Select(x => (x.DeviceId, x.KeyId)).ToHashSet();
        var now = time.GetUtcMilliseconds();
        var added = new List<DeviceKeyRow>();
        foreach (var (device, subjectPublicKeyInfo) in keys)
        {
            var keyId = KeyId.Of(KeyOwner.Device, subjectPublicKeyInfo).Value;
            if (seen.Add((device.Value, keyId)))
            {
                added.Add(new DeviceKeyRow
                {
                    ProductId = product.Value,
                    DeviceId = device.Value,
                    KeyId = keyId,
                    SubjectPublicKeyInfo = subjectPublicKeyInfo,
                    Created = now,
                });
            }
        }

        db.DeviceKeys.AddRange(added);
        if (added.Count > 0)
            audit.Add(db, actor, AuditAction.DeviceKeyAdd, SubjectOf(product, added), DetailOf(added));
        await db.SaveChangesAsync(cancellationToken);
        var changed = keys.Select(x => x.Device).Distinct().Select(id => new RegistryChange(product, id)).ToList();
        await changes.AnnounceAsync(db, changed, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changed.ForEach(changes.Publish);
    }

    /// <summary>Removes a key; the device's connection ends if it was opened with it.</summary>
    public async Task<Device> RemoveKeyAsync(Actor actor, DeviceAddress device, KeyId key, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.HoldProductAsync(actor.Organization, device.Product, cancellationToken);
        await db.RequireDeviceAsync(actor.Organization, device, cancellationToken);
        var (product, id) = (device.Product.Value, device.Device.Value);
        var removed = await db.DeviceKeys
            .Where(x => x.ProductId == product && x.DeviceId == id && x.KeyId == key.Value)
            .ExecuteDeleteAsync(cancellationToken);
        if (removed == 0)
            throw ApiException.NoSuchKey(key.Value);

        audit.Add(db, actor, AuditAction.DeviceKeyRemove, new(product, id, key.Value), detail: null);
        await db.SaveChangesAsync(cancellationToken);
        var change = new RegistryChange(device.Product, device.Device, RevokedKey: key);
        await revocations.RecordAsync(db, change, cancellationToken);
        await changes.AnnounceAsync(db, [change], cancellationToken);
        // Not cancelled any more: what took effect must also be made known.
        await transaction.CommitAsync(CancellationToken.None);
        changes.Publish(change);
        return await GetAsync(actor.Organization, device, cancellationToken);
    }

    private static AuditSubject SubjectOf(ProductId product, List<DeviceKeyRow> added) =>
        added is [var only] ? new(product.Value, only.DeviceId, only.KeyId) : new(product.Value);

    private static string? DetailOf(List<DeviceKeyRow> added) =>
        added.Count == 1 ? null : AuditDetail.Keys(added.Count, added.Select(x => x.DeviceId).Distinct(StringComparer.Ordinal).Count());
}
