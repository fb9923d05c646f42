using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>What products and devices have used.</summary>
internal sealed class UsageStore(IDbContextFactory<RegistryDbContext> database, ActivityRecorder activity, TimeProvider time)
{
    public async Task<Usage> OfProductAsync(string organization, ProductId product, CancellationToken cancellationToken)
    {
        await activity.FlushAsync(cancellationToken);
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await db.RequireProductAsync(organization, product, cancellationToken);
        return await SumAsync(db.Usage.Where(x => x.ProductId == product.Value), cancellationToken);
    }

    public async Task<Usage> OfDeviceAsync(string organization, DeviceAddress device, CancellationToken cancellationToken)
    {
        await activity.FlushAsync(cancellationToken);
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await db.RequireDeviceAsync(organization, device, cancellationToken);
        var (product, id) = (device.Product.Value, device.Device.Value);
        return await SumAsync(db.Usage.Where(x => x.ProductId == product && x.DeviceId == id), cancellationToken);
    }

    private async Task<Usage> SumAsync(IQueryable<UsageRow> rows, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var before = now.AddMonths(-1);
        var (thisMonth, lastMonth) = (now.Year * 100 + now.Month, before.Year * 100 + before.Month);
        var sums = await rows
            .Where(x => x.Month == thisMonth || x.Month == lastMonth)
            .GroupBy(x => x.Month)
            .Select(x => new { Month = x.Key, Messages = x.Sum(row => row.SignalingMessages), Bytes = x.Sum(row => row.RelayBytes) })
            .ToDictionaryAsync(x => x.Month, cancellationToken);

        return new(
            new(sums.GetValueOrDefault(thisMonth)?.Messages ?? 0, sums.GetValueOrDefault(lastMonth)?.Messages ?? 0),
            new(sums.GetValueOrDefault(thisMonth)?.Bytes ?? 0, sums.GetValueOrDefault(lastMonth)?.Bytes ?? 0));
    }
}
