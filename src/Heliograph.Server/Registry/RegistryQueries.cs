using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>Look-ups that several stores make.</summary>
internal static class RegistryQueries
{
    /// <summary>The product's row, tracked.</summary>
    /// <exception cref="ApiException">404: the organization has no such product.</exception>
    public static async Task<ProductRow> RequireProductAsync(
        this RegistryDbContext db, string organization, ProductId product, CancellationToken cancellationToken) =>
        await db.Products.SingleOrDefaultAsync(x => x.ProductId == product.Value && x.OrganizationId == organization, cancellationToken)
            ?? throw ApiException.NoSuchProduct(product.Value);

    /// <summary>The product's row, tracked, and held: until the transaction ends, no other one that asks the same goes on, on whatever node.</summary>
    /// <exception cref="ApiException">404: the organization has no such product.</exception>
    public static async Task<ProductRow> HoldProductAsync(
        this RegistryDbContext db, string organization, ProductId product, CancellationToken cancellationToken)
    {
        // SQLite lets one write at a time anyway. Elsewhere two could find the same ID free, or one could delete what the other adds to.
        await db.Products
            .Where(x => x.ProductId == product.Value && x.OrganizationId == organization)
            .ExecuteUpdateAsync(x => x.SetProperty(row => row.LastBatchId, row => row.LastBatchId), cancellationToken);
        return await db.RequireProductAsync(organization, product, cancellationToken);
    }

    /// <summary>The device's row, tracked.</summary>
    /// <exception cref="ApiException">404: the organization has no such product, or the product no such device.</exception>
    public static async Task<DeviceRow> RequireDeviceAsync(
        this RegistryDbContext db, string organization, DeviceAddress device, CancellationToken cancellationToken)
    {
        await db.RequireProductAsync(organization, device.Product, cancellationToken);
        var (product, id) = (device.Product.Value, device.Device.Value);
        return await db.Devices.SingleOrDefaultAsync(x => x.ProductId == product && x.DeviceId == id, cancellationToken)
            ?? throw ApiException.NoSuchDevice(product, id);
    }
}
