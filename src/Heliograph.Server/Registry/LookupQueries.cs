using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Heliograph.Server.Registry;

/// <summary>The connect path's statements, one for a look-up, made ready once: after an outage nothing is cached, and each device is looked up.</summary>
internal sealed class LookupQueries
{
    // Each database provider has a model of its own, which statements are made for.
    private static readonly ConditionalWeakTable<IModel, LookupQueries> Known = [];

    /// <summary>The product's region, with each of its keys.</summary>
    public Func<RegistryDbContext, string, IAsyncEnumerable<Row>> Product { get; } =
        EF.CompileAsyncQuery((RegistryDbContext db, string product) =>
            from owner in db.Products
            where owner.ProductId == product
            from key in db.ProductKeys.Where(x => x.ProductId == owner.ProductId).DefaultIfEmpty()
            select new Row(owner.Region, key == null ? null : key.KeyId, key == null ? null : key.SubjectPublicKeyInfo));

    /// <summary>The device, with each of its keys.</summary>
    public Func<RegistryDbContext, string, string, IAsyncEnumerable<Row>> Device { get; } =
        EF.CompileAsyncQuery((RegistryDbContext db, string product, string device) =>
            from owner in db.Devices
            where owner.ProductId == product && owner.DeviceId == device
            from key in db.DeviceKeys.Where(x => x.ProductId == owner.ProductId && x.DeviceId == owner.DeviceId).DefaultIfEmpty()
            select new Row(null, key == null ? null : key.KeyId, key == null ? null : key.SubjectPublicKeyInfo));

    /// <summary>The statements for a database.</summary>
    public static LookupQueries Of(RegistryDbContext db) => Known.GetValue(db.Model, static _ => new());

    /// <summary>A product or device with one of its keys.</summary>
    /// <param name="Region">A product's region.</param>
    /// <param name="KeyId">The key's ID; null where it has none.</param>
    /// <param name="PublicKey">Its SubjectPublicKeyInfo.</param>
    internal sealed record Row(string? Region, string? KeyId, byte[]? PublicKey);
}
