using Heliograph.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Registry;

/// <summary>
/// The connect path's look-ups, cached. A change through the API takes effect at once: it drops the entries concerned, and an
/// entry that was being read meanwhile is used once but not kept.
/// </summary>
internal sealed class RegistryLookup : IDisposable
{
    private readonly IDbContextFactory<RegistryDbContext> _database;
    private readonly MemoryCache _cache;

    /// <summary>Counts changes, to see whether one came between the reading of an entry and its keeping.</summary>
    private long _changes;

    public RegistryLookup(IDbContextFactory<RegistryDbContext> database, RegistryChanges changes, IOptions<RegistryOptions> options)
    {
        _database = database;
        _cache = new(new MemoryCacheOptions { SizeLimit = options.Value.CacheSize });
        changes.Subscribe(Forget);
    }

    /// <summary>The product, or null where there is none.</summary>
    public async ValueTask<RegistryEntry?> FindProductAsync(ProductId product, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue(product, out RegistryEntry? entry))
            return entry;

        var seen = Interlocked.Read(ref _changes);
        await using var db = await _database.CreateDbContextAsync(cancellationToken);
        if (!await db.Products.AnyAsync(x => x.ProductId == product.Value, cancellationToken))
            return null;

        var keys = await db.ProductKeys
            .Where(x => x.ProductId == product.Value)
            .Select(x => new { x.KeyId, x.SubjectPublicKeyInfo })
            .ToListAsync(cancellationToken);
        return Keep(product, seen, new([.. keys.Select(x => Key(x.KeyId, x.SubjectPublicKeyInfo))]));
    }

    /// <summary>The device, or null where there is none.</summary>
    public async ValueTask<RegistryEntry?> FindDeviceAsync(DeviceAddress device, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue(device, out RegistryEntry? entry))
            return entry;

        var (product, id) = (device.Product.Value, device.Device.Value);
        var seen = Interlocked.Read(ref _changes);
        await using var db = await _database.CreateDbContextAsync(cancellationToken);
        if (!await db.Devices.AnyAsync(x => x.ProductId == product && x.DeviceId == id, cancellationToken))
            return null;

        var keys = await db.DeviceKeys
            .Where(x => x.ProductId == product && x.DeviceId == id)
            .Select(x => new { x.KeyId, x.SubjectPublicKeyInfo })
            .ToListAsync(cancellationToken);
        return Keep(device, seen, new([.. keys.Select(x => Key(x.KeyId, x.SubjectPublicKeyInfo))]));
    }

    public void Dispose() => _cache.Dispose();

    private static VerificationKey Key(string id, byte[] subjectPublicKeyInfo) =>
        new(KeyId.TryParse(id, out var keyId) ? keyId : throw new InvalidDataException($"The registry holds a malformed key ID '{id}'."),
            subjectPublicKeyInfo);

    private RegistryEntry Keep(object key, long seen, RegistryEntry entry)
    {
        using (var kept = _cache.CreateEntry(key))
        {
            kept.Value = entry;
            kept.Size = 1;
        }

        // Looked at after keeping, as Forget counts before dropping: one of the two sees the other.
        if (Interlocked.Read(ref _changes) != seen)
            _cache.Remove(key);
        return entry;
    }

    private void Forget(RegistryChange change)
    {
        Interlocked.Increment(ref _changes);
        if (change.Device is { } device)
        {
            _cache.Remove(new DeviceAddress(change.Product, device));
            return;
        }

        _cache.Remove(change.Product);
        if (change.Deleted)
            // A product is deleted once in its life; finding its devices among the others is not worth an index.
            _cache.Clear();
    }
}
