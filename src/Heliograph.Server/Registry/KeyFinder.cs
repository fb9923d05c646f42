using Heliograph.Protocol;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>Finds out on what of an organization a public key is registered.</summary>
internal sealed class KeyFinder(IDbContextFactory<RegistryDbContext> database)
{
    /// <summary>A product, or a device, that has the same key, whoever's it is called in the key ID.</summary>
    /// <param name="organization">Nothing of another one is found.</param>
    /// <param name="product">Where devices are looked through: those of this product.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>What has it, and its device where it is one; null where there is none.</returns>
    public async Task<(string Product, string? Device)?> FindAsync(string organization, ProductId product, KeyId key, CancellationToken cancellationToken)
    {
        var hash = key.Value[(key.Value.IndexOf(':') + 1)..];
        var (ofDevice, ofProduct) = ($"device:{hash}", $"product:{hash}");
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        var products = db.Products.Where(x => x.OrganizationId == organization);
        if (await db.DeviceKeys.Where(x => x.ProductId == product.Value && x.KeyId == ofDevice && products.Any(own => own.ProductId == x.ProductId))
            .Select(x => new { x.ProductId, x.DeviceId }).FirstOrDefaultAsync(cancellationToken) is { } device)
            return (device.ProductId, device.DeviceId);
        return await db.ProductKeys.Where(x => x.KeyId == ofProduct && products.Any(own => own.ProductId == x.ProductId))
            .Select(x => x.ProductId).FirstOrDefaultAsync(cancellationToken) is { } found ? (found, null) : null;
    }
}
