using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Heliograph.Server.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>Products and their keys. Every call is of one organization, and another one's products do not exist for it.</summary>
internal sealed class ProductStore(
    IDbContextFactory<RegistryDbContext> database,
    RegistryChanges changes,
    Revocations revocations,
    AuditLog audit,
    KeyUses keyUses,
    TimeProvider time)
{
    public async Task<Product> CreateAsync(
        Actor actor, string region, string? name, IReadOnlyDictionary<string, string>? tags, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var row = new ProductRow
        {
            ProductId = ProductId.New().Value,
            OrganizationId = actor.Organization,
            Region = region,
            Name = name,
            Tags = tags is null ? [] : new(tags),
            Created = time.GetUtcMilliseconds(),
        };
        db.Products.Add(row);
        audit.Add(db, actor, AuditAction.ProductCreate, new(row.ProductId), AuditDetail.Name(name));
        await db.SaveChangesAsync(cancellationToken);
        return Describe(row, devices: 0, []);
    }

    public async Task<IReadOnlyList<Product>> ListAsync(string organization, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var rows = await db.Products.AsNoTracking()
            .Where(x => x.OrganizationId == organization)
            .OrderBy(x => x.ProductId)
            .Select(x => new { Row = x, Devices = db.Devices.Count(device => device.ProductId == x.ProductId) })
            .ToListAsync(cancellationToken);
        var keys = await db.ProductKeys.AsNoTracking()
            .Where(key => db.Products.Any(x => x.ProductId == key.ProductId && x.OrganizationId == organization))
            .ToListAsync(cancellationToken);
        var keysOf = keys.ToLookup(x => x.ProductId);
        return [.. rows.Select(x => Describe(x.Row, x.Devices, keysOf[x.Row.ProductId]))];
    }

    public async Task<Product> GetAsync(string organization, ProductId product, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        return await DescribeAsync(db, await db.RequireProductAsync(organization, product, cancellationToken), cancellationToken);
    }

    /// <summary>Changes a product's name, tags and region. Where it moves, its connections end in its old region; no ticket is revoked.</summary>
    public async Task<Product> ModifyAsync(Actor actor, ProductId product, ModifyProductRequest change, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var row = await db.RequireProductAsync(actor.Organization, product, cancellationToken);
        if (AuditDetail.Change(row.Name, row.Tags, change) is { } detail)
            audit.Add(db, actor, AuditAction.ProductModify, new(row.ProductId), detail);
        if (change.HasName)
            row.Name = change.Name;
        if (change.Tags is { } tags)
            row.Tags = new(tags);
        if (change.Region is not { } region || region == row.Region)
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        else
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            audit.Add(db, actor, AuditAction.ProductMove, new(row.ProductId), AuditDetail.Move(row.Region, region));
            row.Region = region;
            row.MovedAt = time.GetUtcMilliseconds();
            await db.SaveChangesAsync(cancellationToken);
            var move = new RegistryChange(product, Device: null, MovedTo: region);
            await changes.AnnounceAsync(db, [move], cancellationToken);
            // Not cancelled any more: what took effect must also be made known.
            await transaction.CommitAsync(CancellationToken.None);
            changes.Publish(move);
        }

        return await DescribeAsync(db, row, cancellationToken);
    }

    /// <summary>Deletes a product with its devices, keys and usage, and ends their connections.</summary>
    /// <exception cref="ApiException">404: the organization has no such product.</exception>
    public Task DeleteAsync(Actor actor, ProductId product, CancellationToken cancellationToken) =>
        // It takes all of the product's rows in no order, while activity is written in an order of its own.
        RegistryErrors.DespiteDeadlocksAsync(() => DeleteAtOnceAsync(actor, product, cancellationToken));

    public async Task<Product> AddKeyAsync(Actor actor, ProductId product, byte[] subjectPublicKeyInfo, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var row = await db.HoldProductAsync(actor.Organization, product, cancellationToken);
        var keyId = KeyId.Of(KeyOwner.Product, subjectPublicKeyInfo).Value;
        if (!await db.ProductKeys.AnyAsync(x => x.ProductId == product.Value && x.KeyId == keyId, cancellationToken))
        {
            db.ProductKeys.Add(new ProductKeyRow
            {
                ProductId = product.Value,
                KeyId = keyId,
                SubjectPublicKeyInfo = subjectPublicKeyInfo,
                Created = time.GetUtcMilliseconds(),
            });
            audit.Add(db, actor, AuditAction.ProductKeyAdd, new(row.ProductId, KeyId: keyId), detail: null);
            await db.SaveChangesAsync(cancellationToken);
        }

        var change = new RegistryChange(product, Device: null);
        await changes.AnnounceAsync(db, [change], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        changes.Publish(change);
        return await DescribeAsync(db, row, cancellationToken);
    }

    /// <summary>Removes a key; the connections of clients whose token it signed end.</summary>
    public async Task<Product> RemoveKeyAsync(Actor actor, ProductId product, KeyId key, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var row = await db.HoldProductAsync(actor.Organization, product, cancellationToken);
        var removed = await db.ProductKeys
            .Where(x => x.ProductId == product.Value && x.KeyId == key.Value)
            .ExecuteDeleteAsync(cancellationToken);
        if (removed == 0)
            throw ApiException.NoSuchKey(key.Value);

        audit.Add(db, actor, AuditAction.ProductKeyRemove, new(row.ProductId, KeyId: key.Value), detail: null);
        await db.SaveChangesAsync(cancellationToken);
        var change = new RegistryChange(product, Device: null, RevokedKey: key);
        await revocations.RecordAsync(db, change, cancellationToken);
        await changes.AnnounceAsync(db, [change], cancellationToken);
        // Not cancelled any more: what took effect must also be made known.
        await transaction.CommitAsync(CancellationToken.None);
        changes.Publish(change);
        return await DescribeAsync(db, row, cancellationToken);
    }

    private async Task DeleteAtOnceAsync(Actor actor, ProductId product, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var row = await db.HoldProductAsync(actor.Organization, product, cancellationToken);

        var id = product.Value;
        var devices = await db.Devices.CountAsync(x => x.ProductId == id, cancellationToken);
        await db.DeviceKeys.Where(x => x.ProductId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Devices.Where(x => x.ProductId == id).ExecuteDeleteAsync(cancellationToken);
        await db.ProductKeys.Where(x => x.ProductId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Usage.Where(x => x.ProductId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Products.Where(x => x.ProductId == id).ExecuteDeleteAsync(cancellationToken);

        audit.Add(db, actor, AuditAction.ProductDelete, new(id), AuditDetail.Deleted(row.Name, devices));
        await db.SaveChangesAsync(cancellationToken);
        var change = new RegistryChange(product, Device: null, Deleted: true);
        await revocations.RecordAsync(db, change, cancellationToken);
        await changes.AnnounceAsync(db, [change], cancellationToken);
        // Not cancelled any more: what took effect must also be made known.
        await transaction.CommitAsync(CancellationToken.None);
        changes.Publish(change);
    }

    private async Task<Product> DescribeAsync(RegistryDbContext db, ProductRow row, CancellationToken cancellationToken) =>
        Describe(
            row,
            await db.Devices.CountAsync(x => x.ProductId == row.ProductId, cancellationToken),
            await db.ProductKeys.AsNoTracking().Where(x => x.ProductId == row.ProductId).ToListAsync(cancellationToken));

    private Product Describe(ProductRow row, int devices, IEnumerable<ProductKeyRow> keys) => new(
        row.ProductId,
        row.OrganizationId,
        row.Region,
        row.Name,
        row.Created,
        row.Tags,
        Expired: false,
        ExpiresAt: null,
        devices,
        [.. keys.OrderBy(x => x.Created).Select(keyUses.Describe)]);
}
