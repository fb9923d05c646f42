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
    private const int MaxReads = 16;

    private readonly IDbContextFactory<RegistryDbContext> _database;
    private readonly MemoryCache _cache;

    /// <summary>A storm of connects waits here, and not in hundreds of database connections that each hold files and memory.</summary>
    private readonly SemaphoreSlim _reading = new(MaxReads);

    private readonly Lock _keeping = new();

    /// <summary>Counts changes, to see whether one came between the reading of an entry and its keeping.</summary>
    private long _changes;

    public RegistryLookup(IDbContextFactory<RegistryDbContext> database, IOptions<RegistryOptions> options)
    {
        _database = database;
        _cache = new(new MemoryCacheOptions { SizeLimit = options.Value.CacheSize });
    }

    /// <summary>The product, or null where there is none.</summary>
    public ValueTask<RegistryEntry?> FindProductAsync(ProductId product, CancellationToken cancellationToken) =>
        _cache.TryGetValue(product, out RegistryEntry? entry)
            ? new(entry)
            : ReadAsync(product, db => ReadProductAsync(db, product.Value, cancellationToken), cancellationToken);

    /// <summary>The device, or null where there is none.</summary>
    public ValueTask<RegistryEntry?> FindDeviceAsync(DeviceAddress device, CancellationToken cancellationToken) =>
        _cache.TryGetValue(device, out RegistryEntry? entry)
            ? new(entry)
            : ReadAsync(device, db => ReadDeviceAsync(db, device.Product.Value, device.Device.Value, cancellationToken), cancellationToken);

    public void Dispose()
    {
        _cache.Dispose();
        _reading.Dispose();
    }

    private async ValueTask<RegistryEntry?> ReadAsync(
        object key, Func<RegistryDbContext, Task<RegistryEntry?>> read, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var seen = Volatile.Read(ref _changes);
            await using var db = await _database.CreateDbContextAsync(cancellationToken);
            var entry = await read(db);
            if (entry is not null)
                Keep(key, seen, entry);
            return entry;
        }
        finally
        {
            _reading.Release();
        }
    }

    private static async Task<RegistryEntry?> ReadProductAsync(RegistryDbContext db, string product, CancellationToken cancellationToken)
    {
        if (await db.Products.Where(x => x.ProductId == product).Select(x => x.Region).SingleOrDefaultAsync(cancellationToken) is not { } region)
            return null;

        var keys = await db.ProductKeys
            .Where(x => x.ProductId == product)
            .Select(x => new { x.KeyId, x.SubjectPublicKeyInfo })
            .ToListAsync(cancellationToken);
        return new([.. keys.Select(x => Key(x.KeyId, x.SubjectPublicKeyInfo))], region);
    }

    private static async Task<RegistryEntry?> ReadDeviceAsync(
        RegistryDbContext db, string product, string device, CancellationToken cancellationToken)
    {
        if (!await db.Devices.AnyAsync(x => x.ProductId == product && x.DeviceId == device, cancellationToken))
            return null;

        var keys = await db.DeviceKeys
            .Where(x => x.ProductId == product && x.DeviceId == device)
            .Select(x => new { x.KeyId, x.SubjectPublicKeyInfo })
            .ToListAsync(cancellationToken);
        return new([.. keys.Select(x => Key(x.KeyId, x.SubjectPublicKeyInfo))]);
    }

    /// <summary>Drops what a change concerns: from here on nobody is given it.</summary>
    public void Forget(RegistryChange change)
    {
        lock (_keeping)
        {
            _changes++;
            if (change.Device is { } device)
                _cache.Remove(new DeviceAddress(change.Product, device));
            else
                _cache.Remove(change.Product);

            // A product is deleted once in its life; finding its devices among the others is not worth an index.
            if (change is { Device: null, Deleted: true })
                _cache.Clear();
        }
    }

    private static VerificationKey Key(string id, byte[] subjectPublicKeyInfo) =>
        new(KeyId.TryParse(id, out var keyId) ? keyId : throw new InvalidDataException($"The registry holds a malformed key ID '{id}'."),
            subjectPublicKeyInfo);

    private void Keep(object key, long seen, RegistryEntry entry)
    {
        lock (_keeping)
        {
            if (_changes != seen)
                return;

            using var kept = _cache.CreateEntry(key);
            kept.Value = entry;
            kept.Size = 1;
        }
    }
}
