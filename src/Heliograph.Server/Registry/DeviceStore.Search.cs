using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

// Finds devices among as many as 100,000. Nothing here is of one database's own.
internal sealed partial class DeviceStore
{
    /// <summary>Up to so many devices are looked up by their IDs, rather than picked out of all that match.</summary>
    private const int MaxLookUp = 1000;

    private const string BatchPrefix = "batch:";

    /// <summary>A page of the devices of a product that a filter lets through, with their number.</summary>
    public async Task<FoundDevices> SearchAsync(
        string organization, ProductId product, DeviceFilter filter, DeviceCursor cursor, int limit, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await db.RequireProductAsync(organization, product, cancellationToken);
        var (ids, count, hasPrevious, hasNext) = filter.IsAll
            ? await SliceAllAsync(db, product, cursor, limit, cancellationToken)
            : Slice(await FindAsync(db, product, filter, cancellationToken), cursor, limit);
        var devices = await DescribeAsync(db, product, ids, cancellationToken);
        return new(
            devices,
            count,
            hasPrevious ? new(Before: ids.Count > 0 ? ids[0] : cursor.After) : null,
            hasNext ? new(After: ids.Count > 0 ? ids[^1] : cursor.Before) : null);
    }

    /// <summary>All devices of a product that a filter lets through, in the order of their IDs. They are read a part at a time.</summary>
    public async IAsyncEnumerable<Device> FindAsync(
        string organization,
        ProductId product,
        DeviceFilter filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await db.RequireProductAsync(organization, product, cancellationToken);
        foreach (var part in (await FindAsync(db, product, filter, cancellationToken)).Chunk(MaxLookUp))
        {
            foreach (var device in await DescribeAsync(db, product, part, cancellationToken))
                yield return device;
        }
    }

    /// <summary>A page of all devices: the database counts and cuts by its index alone.</summary>
    private static async Task<(IReadOnlyList<string> Ids, int Count, bool HasPrevious, bool HasNext)> SliceAllAsync(
        RegistryDbContext db, ProductId product, DeviceCursor cursor, int limit, CancellationToken cancellationToken)
    {
        var all = db.Devices.Where(x => x.ProductId == product.Value).Select(x => x.DeviceId);
        var count = await all.CountAsync(cancellationToken);
        if (cursor.Before is { } before)
        {
            var ids = await all.Where(x => string.Compare(x, before) < 0).OrderDescending().Take(limit + 1).ToListAsync(cancellationToken);
            var hasPrevious = ids.Count > limit;
            ids = [.. ids.Take(limit).Reverse()];
            return (ids, count, hasPrevious, await all.AnyAsync(x => string.Compare(x, before) >= 0, cancellationToken));
        }
        else
        {
            var after = cursor.After ?? "";
            var ids = await all.Where(x => string.Compare(x, after) > 0).Order().Take(limit + 1).ToListAsync(cancellationToken);
            var hasNext = ids.Count > limit;
            ids = [.. ids.Take(limit)];
            return (ids, count, after.Length > 0 && await all.AnyAsync(x => string.Compare(x, after) <= 0, cancellationToken), hasNext);
        }
    }

    private static (IReadOnlyList<string> Ids, int Count, bool HasPrevious, bool HasNext) Slice(List<string> sorted, DeviceCursor cursor, int limit)
    {
        int begin, end;
        if (cursor.Before is { } before)
        {
            end = Place(before, isBehind: false);
            begin = Math.Max(0, end - limit);
        }
        else
        {
            begin = cursor.After is { } after ? Place(after, isBehind: true) : 0;
            end = Math.Min(sorted.Count, begin + limit);
        }

        return (sorted[begin..end], sorted.Count, begin > 0, end < sorted.Count);

        int Place(string id, bool isBehind)
        {
            var at = sorted.BinarySearch(id, StringComparer.Ordinal);
            return at < 0 ? ~at : isBehind ? at + 1 : at;
        }
    }

    /// <summary>
    /// The IDs that a filter lets through, sorted. Who is online is not in the database: of few who are, the database looks each up; else it
    /// tells the IDs of all that match otherwise, and it is them that are asked. An ID is all that is read of a device here.
    /// </summary>
    private async Task<List<string>> FindAsync(RegistryDbContext db, ProductId product, DeviceFilter filter, CancellationToken cancellationToken)
    {
        var matching = Matching(db, product, filter.Text);
        IReadOnlySet<DeviceId>? online = null;
        if (filter.Online is { } isWanted)
        {
            online = await presence.OnlineDevicesAsync(product, cancellationToken);
            if (isWanted && online.Count <= MaxLookUp)
            {
                var few = online.Select(x => x.Value).ToList();
                matching = matching.Where(x => EF.Parameter(few).Contains(x.DeviceId));
            }
        }

        var ids = new List<string>();
        await foreach (var id in matching.Select(x => x.DeviceId).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (online is null || online.Contains(DeviceId.Parse(id)) == filter.Online)
                ids.Add(id);
        }

        ids.Sort(StringComparer.Ordinal);
        return ids;
    }

    private static IQueryable<DeviceRow> Matching(RegistryDbContext db, ProductId product, string? text)
    {
        var devices = db.Devices.AsNoTracking().Where(x => x.ProductId == product.Value);
        if (string.IsNullOrWhiteSpace(text))
            return devices;

        var exact = text.Trim();
        var lower = exact.ToLowerInvariant();
        if (DeviceId.TryParse(lower, out _))
            return devices.Where(x => x.DeviceId == lower);

        if (lower.StartsWith(BatchPrefix, StringComparison.Ordinal) && long.TryParse(lower.AsSpan(BatchPrefix.Length), out var batch))
            return devices.Where(x => x.BatchId == batch);

        // As it is, too: not every database makes a small letter of every capital.
        var tag = TagsJson.SearchPattern(exact);
#pragma warning disable CA1862 // This becomes SQL, which knows no StringComparison.
        return devices.Where(x =>
            x.DeviceId.Contains(lower)
            || (x.Name != null && (x.Name.Contains(exact) || x.Name.ToLower().Contains(lower)))
            || x.TagsJson.ToLower().Contains(tag));
#pragma warning restore CA1862
    }

    private async Task<IReadOnlyList<Device>> DescribeAsync(
        RegistryDbContext db, ProductId product, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var rows = await db.Devices.AsNoTracking()
            .Where(x => x.ProductId == product.Value && EF.Parameter(ids).Contains(x.DeviceId))
            .OrderBy(x => x.DeviceId)
            .ToListAsync(cancellationToken);
        return await DescribeAsync(db, product, rows, cancellationToken);
    }
}
