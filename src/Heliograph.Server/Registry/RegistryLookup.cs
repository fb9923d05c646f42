using System.Diagnostics.CodeAnalysis;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Registry;

/// <summary>
/// The connect path's look-ups, cached. A change through the API takes effect at once: it drops the entries concerned, and an
/// entry that was being read meanwhile is used once but not kept.
/// </summary>
internal sealed class RegistryLookup : IDisposable
{
    /// <summary>Look-ups that are under way at once.</summary>
    public const int MaxReads = 16;

    private readonly ILookupDatabase _database;
    private readonly RegistryFreshness _freshness;
    private readonly MemoryCache _cache;

    /// <summary>A storm of connects waits here, and not in hundreds of database connections that each hold files and memory.</summary>
    private readonly SemaphoreSlim _reading = new(MaxReads);

    private readonly Lock _keeping = new();

    /// <summary>Counts changes, to see whether one came between the reading of an entry and its keeping.</summary>
    private long _changes;

    public RegistryLookup(ILookupDatabase database, RegistryFreshness freshness, IOptions<RegistryOptions> options)
    {
        _database = database;
        _freshness = freshness;
        _cache = new(new MemoryCacheOptions { SizeLimit = options.Value.CacheSize });
    }

    /// <summary>The product, where the database need not be asked.</summary>
    public bool TryFindKept(ProductId product, [NotNullWhen(true)] out RegistryEntry? entry) => TryGet(product, out entry);

    /// <summary>The device, where the database need not be asked.</summary>
    public bool TryFindKept(DeviceAddress device, [NotNullWhen(true)] out RegistryEntry? entry) => TryGet(device, out entry);

    /// <summary>The product, or null where there is none.</summary>
    public ValueTask<RegistryEntry?> FindProductAsync(ProductId product, CancellationToken cancellationToken) =>
        FindProductAsync(product, Timeout.InfiniteTimeSpan, cancellationToken);

    /// <inheritdoc cref="FindProductAsync(ProductId, CancellationToken)"/>
    /// <param name="product">Which.</param>
    /// <param name="longestWait">How long others may be read before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">503: they took longer.</exception>
    public ValueTask<RegistryEntry?> FindProductAsync(ProductId product, TimeSpan longestWait, CancellationToken cancellationToken) =>
        TryFindKept(product, out var entry)
            ? new(entry)
            : ReadAsync(product, statements => statements.ReadAsync(product, cancellationToken), longestWait, cancellationToken);

    /// <summary>The device, or null where there is none.</summary>
    public ValueTask<RegistryEntry?> FindDeviceAsync(DeviceAddress device, CancellationToken cancellationToken) =>
        TryFindKept(device, out var entry)
            ? new(entry)
            : ReadAsync(device, statements => statements.ReadAsync(device, cancellationToken), Timeout.InfiniteTimeSpan, cancellationToken);

    public void Dispose()
    {
        _cache.Dispose();
        _reading.Dispose();
    }

    private async ValueTask<RegistryEntry?> ReadAsync(
        object key, Func<LookupStatements, Task<RegistryEntry?>> read, TimeSpan longestWait, CancellationToken cancellationToken)
    {
        if (!await _reading.WaitAsync(longestWait, cancellationToken))
            throw ApiException.Unavailable("The registry is too busy.", TimeSpan.FromSeconds(5));
        try
        {
            var seen = Volatile.Read(ref _changes);
            var entry = await _database.ReadAsync(read, cancellationToken);
            if (entry is not null)
                Keep(key, seen, entry);
            return entry;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>What may be too old to be believed is read anew; it goes when changes are heard of again.</summary>
    private bool TryGet(object key, [NotNullWhen(true)] out RegistryEntry? entry)
    {
        entry = null;
        return _freshness.IsFresh && _cache.TryGetValue(key, out entry) && entry is not null;
    }

    /// <summary>Drops what a change concerns: from here on nobody is given it.</summary>
    public void Forget(RegistryChange change)
    {
        _database.Changed();
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

    /// <summary>Drops everything: changes may have been missed.</summary>
    public void ForgetAll()
    {
        _database.Changed();
        lock (_keeping)
        {
            _changes++;
            _cache.Clear();
        }
    }

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
