using System.Collections.Concurrent;
using Heliograph.Protocol;
using Heliograph.Server.Registry;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Live;

/// <summary>
/// Whose products are whose. A product never changes hands and its ID is never given twice, so that what was read once stays true,
/// for what is still told of a deleted one too.
/// </summary>
internal sealed class ProductOwners(IDbContextFactory<RegistryDbContext> database)
{
    private const int MaxKept = 20_000;

    private readonly ConcurrentDictionary<ProductId, string> _owners = new();

    /// <summary>The organization of a product that was asked for before; null where it was not.</summary>
    public string? FindKnown(ProductId product) => _owners.GetValueOrDefault(product);

    /// <summary>The organization of a product, or null where there is no such product.</summary>
    public async ValueTask<string?> FindAsync(ProductId product, CancellationToken cancellationToken)
    {
        if (_owners.TryGetValue(product, out var owner))
            return owner;

        await using var db = await database.CreateDbContextAsync(cancellationToken);
        owner = await db.Products.Where(x => x.ProductId == product.Value).Select(x => x.OrganizationId).SingleOrDefaultAsync(cancellationToken);
        if (owner is not null)
        {
            if (_owners.Count >= MaxKept)
                _owners.Clear();
            _owners[product] = owner;
        }

        return owner;
    }

    /// <summary>The products of an organization, with their names.</summary>
    public async Task<IReadOnlyList<(ProductId Product, string? Name)>> ListAsync(string organization, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var rows = await db.Products.AsNoTracking()
            .Where(x => x.OrganizationId == organization)
            .OrderBy(x => x.ProductId)
            .Select(x => new { x.ProductId, x.Name })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(x => (ProductId.Parse(x.ProductId), x.Name))];
    }
}
