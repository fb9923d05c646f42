using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

internal sealed partial class DeviceStore
{
    /// <summary>Creates devices with IDs made here, as a new batch.</summary>
    public Task<DeviceBatch> CreateBatchAsync(
        Actor actor, ProductId product, int count, IReadOnlyDictionary<string, string>? tags, CancellationToken cancellationToken)
    {
        var ids = new HashSet<DeviceId>(count);
        while (ids.Count < count)
            ids.Add(DeviceId.New());
        return CreateAsync(actor, product, ids, tags, cancellationToken);
    }

    /// <summary>Creates devices with IDs of the vendor's, as a new batch: all of them or none.</summary>
    /// <exception cref="ApiException">409: an ID is taken.</exception>
    public async Task<DeviceBatch> CreateAsync(
        Actor actor,
        ProductId product,
        IReadOnlyCollection<DeviceId> ids,
        IReadOnlyDictionary<string, string>? tags,
        CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var owner = await db.HoldProductAsync(actor.Organization, product, cancellationToken);
        var texts = ids.Select(x => x.Value).ToList();
        var taken = await db.Devices
            .Where(x => x.ProductId == product.Value && texts.Contains(x.DeviceId))
            .Select(x => x.DeviceId)
            .FirstOrDefaultAsync(cancellationToken);
        if (taken is not null)
            throw ApiException.Conflict($"deviceIds[{texts.IndexOf(taken)}]: '{taken}' is taken. No device was created.");

        owner.LastBatchId++;
        var rows = ids.Select(id => NewDevice(product, id, tags, owner.LastBatchId)).ToList();
        db.Devices.AddRange(rows);
        audit.Add(
            db, actor, AuditAction.DeviceCreate, new(product.Value, rows is [var only] ? only.DeviceId : null), AuditDetail.Batch(owner.LastBatchId, ids));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        var devices = new List<Device>(rows.Count);
        foreach (var row in rows)
            devices.Add(await DescribeAsync(row, [], cancellationToken));
        return new(devices, devices.Count, owner.LastBatchId);
    }
}
