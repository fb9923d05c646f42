using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Regions;

/// <summary>
/// The products that were moved of late, in memory: clients open the signaling URLs of their old region for as long as those live, and
/// opening one must not need the registry. See docs/decisions/0017-regions.md.
/// </summary>
internal sealed class MovedProducts(IDbContextFactory<RegistryDbContext> database, RegionDirectory regions, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Dictionary<ProductId, string> _homes = [];

    /// <summary>Counts changes, to see whether one came between the reading of the list and its keeping.</summary>
    private long _changes;

    /// <summary>The other region that a product has moved to; null where it lives here, or has not moved for as long as a signaling URL lives.</summary>
    public string? HomeOf(ProductId product)
    {
        lock (_lock)
            return _homes.GetValueOrDefault(product) is { } home && home != regions.Own ? home : null;
    }

    /// <summary>Reads the list anew.</summary>
    /// <returns>The moves that this node had not heard of.</returns>
    public async Task<IReadOnlyList<RegistryChange>> LoadAsync(CancellationToken cancellationToken)
    {
        if (!regions.IsConfigured)
            return [];

        var seen = Volatile.Read(ref _changes);
        var oldest = time.GetUtcNow().UtcDateTime - Revocations.LongestTicketLifetime;
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var rows = await db.Products.Where(x => x.MovedAt >= oldest).Select(x => new { x.ProductId, x.Region }).ToListAsync(cancellationToken);
        var homes = rows.ToDictionary(x => ProductId.Parse(x.ProductId), x => x.Region);
        lock (_lock)
        {
            // What was read may be older than what was heard; the next look is soon.
            if (_changes != seen)
                return [];

            var news = homes.Where(x => _homes.GetValueOrDefault(x.Key) != x.Value).Select(x => new RegistryChange(x.Key, Device: null, MovedTo: x.Value)).ToList();
            _homes = homes;
            return news;
        }
    }

    /// <summary>Follows a move.</summary>
    public void Apply(RegistryChange change)
    {
        if (change.MovedTo is not { } home || !regions.IsConfigured)
            return;

        lock (_lock)
        {
            _changes++;
            _homes[change.Product] = home;
        }
    }
}
