using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>Devices, one by one; see also <c>DeviceStore.Bulk.cs</c> and <c>DeviceStore.Keys.cs</c>.</summary>
internal sealed partial class DeviceStore(
    IDbContextFactory<RegistryDbContext> database,
    RegistryChanges changes,
    Revocations revocations,
    AuditLog audit,
    KeyUses keyUses,
    ActivityRecorder activity,
    IPresence presence,
    TimeProvider time)
{
    public async Task<Device> CreateAsync(
        Actor actor, ProductId product, string? name, IReadOnlyDictionary<string, string>? tags, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        // The product must not be deleted between the look and the writing.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.HoldProductAsync(actor.Organization, product, cancellationToken);
        var row = NewDevice(product, DeviceId.New(), tags, batch: null);
        row.Name = name;
        db.Devices.Add(row);
        audit.Add(db, actor, AuditAction.DeviceCreate, new(row.ProductId, row.DeviceId), AuditDetail.Name(name));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await DescribeAsync(row, [], cancellationToken);
    }

    /// <summary>A page of a product's devices in the order of their IDs, and the cursor of the next one, if any.</summary>
    /// <param name="after">The ID that the page begins behind; empty for the first page.</param>
    public async Task<(IReadOnlyList<Device> Devices, string? Next)> ListAsync(
        string organization, ProductId product, string after, int limit, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await db.RequireProductAsync(organization, product, cancellationToken);
        var rows = await db.Devices.AsNoTracking()
            .Where(x => x.ProductId == product.Value && string.Compare(x.DeviceId, after) > 0)
            .OrderBy(x => x.DeviceId)
            .Take(limit + 1)
            .ToListAsync(cancellationToken);
        var hasMore = rows.Count > limit;
        if (hasMore)
            rows.RemoveAt(limit);
        var devices = await DescribeAsync(db, product, rows, cancellationToken);
        return (devices, hasMore ? rows[^1].DeviceId : null);
    }

    public async Task<Device> GetAsync(string organization, DeviceAddress device, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        return await DescribeAsync(db, await db.RequireDeviceAsync(organization, device, cancellationToken), cancellationToken);
    }

    public async Task<Device> ModifyAsync(Actor actor, DeviceAddress device, NameAndTags change, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var row = await db.RequireDeviceAsync(actor.Organization, device, cancellationToken);
        if (AuditDetail.Change(row.Name, row.Tags, change) is { } detail)
            audit.Add(db, actor, AuditAction.DeviceModify, new(row.ProductId, row.DeviceId), detail);
        if (change.HasName)
            row.Name = change.Name;
        if (change.Tags is { } tags)
            row.Tags = tags;
        await db.SaveChangesAsync(cancellationToken);
        return await DescribeAsync(db, row, cancellationToken);
    }

    /// <summary>Deletes a device with its keys, and ends its connection and those of its clients. Its usage stays part of the product's.</summary>
    public async Task DeleteAsync(Actor actor, DeviceAddress device, CancellationToken cancellationToken)
    {
        // What it has used until now counts; nothing is written for a device that is gone.
        await activity.FlushAsync(cancellationToken);
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.HoldProductAsync(actor.Organization, device.Product, cancellationToken);
        var row = await db.RequireDeviceAsync(actor.Organization, device, cancellationToken);

        var (product, id) = (device.Product.Value, device.Device.Value);
        await db.DeviceKeys.Where(x => x.ProductId == product && x.DeviceId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Devices.Where(x => x.ProductId == product && x.DeviceId == id).ExecuteDeleteAsync(cancellationToken);

        audit.Add(db, actor, AuditAction.DeviceDelete, new(product, id), AuditDetail.Name(row.Name));
        await db.SaveChangesAsync(cancellationToken);
        var change = new RegistryChange(device.Product, device.Device, Deleted: true);
        await revocations.RecordAsync(db, change, cancellationToken);
        await changes.AnnounceAsync(db, [change], cancellationToken);
        // Not cancelled any more: what took effect must also be made known.
        await transaction.CommitAsync(CancellationToken.None);
        changes.Publish(change);
    }

    private DeviceRow NewDevice(ProductId product, DeviceId id, IReadOnlyDictionary<string, string>? tags, long? batch) => new()
    {
        ProductId = product.Value,
        DeviceId = id.Value,
        Tags = tags ?? new Dictionary<string, string>(),
        BatchId = batch,
        Created = time.GetUtcMilliseconds(),
    };

    private async Task<Device> DescribeAsync(RegistryDbContext db, DeviceRow row, CancellationToken cancellationToken)
    {
        var keys = await db.DeviceKeys.AsNoTracking()
            .Where(x => x.ProductId == row.ProductId && x.DeviceId == row.DeviceId)
            .ToListAsync(cancellationToken);
        return await DescribeAsync(row, keys, cancellationToken);
    }

    private async Task<IReadOnlyList<Device>> DescribeAsync(
        RegistryDbContext db, ProductId product, List<DeviceRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(x => x.DeviceId).ToList();
        var keys = await db.DeviceKeys.AsNoTracking()
            .Where(x => x.ProductId == product.Value && EF.Parameter(ids).Contains(x.DeviceId))
            .ToListAsync(cancellationToken);
        var keysOf = keys.ToLookup(x => x.DeviceId);
        // Asked once for all of them: it may be other nodes that know.
        var online = await presence.OnlineDevicesAsync(product, cancellationToken);
        return [.. rows.Select(row => Describe(row, keysOf[row.DeviceId], online.Contains(DeviceId.Parse(row.DeviceId))))];
    }

    private async ValueTask<Device> DescribeAsync(DeviceRow row, IEnumerable<DeviceKeyRow> keys, CancellationToken cancellationToken) =>
        Describe(row, keys, await presence.IsDeviceOnlineAsync(new(ProductId.Parse(row.ProductId), DeviceId.Parse(row.DeviceId)), cancellationToken));

    private Device Describe(DeviceRow row, IEnumerable<DeviceKeyRow> keys, bool isOnline)
    {
        var address = new DeviceAddress(ProductId.Parse(row.ProductId), DeviceId.Parse(row.DeviceId));
        return new(
            row.ProductId,
            row.DeviceId,
            row.Name,
            [.. keys.OrderBy(x => x.Created).Select(keyUses.Describe)],
            row.BatchId,
            row.Tags,
            row.Created,
            isOnline,
            activity.PendingConnectOf(address) ?? row.LastConnect);
    }
}
