using System.Collections.Concurrent;
using Heliograph.Protocol;
using Heliograph.Protocol.Management;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Heliograph.Server.Registry;

/// <summary>
/// When a key last let a token in. Gathered in memory and written with what the <see cref="ActivityRecorder"/> writes: a connect waits
/// for no writing, and a key that lets in thousands a second is written once.
/// </summary>
internal sealed class KeyUses(IDbContextFactory<RegistryDbContext> database, TimeProvider time)
{
    // A key that was removed and added again meanwhile has not been used yet; and another node may have written a later time.
    private const string IsNews = """ AND "Created" <= @at AND ("LastUsed" IS NULL OR "LastUsed" < @at)""";

    private const string ProductKeySql = """UPDATE "ProductKeys" SET "LastUsed" = @at WHERE "ProductId" = @product AND "KeyId" = @key""" + IsNews;

    private const string DeviceKeySql =
        """UPDATE "DeviceKeys" SET "LastUsed" = @at WHERE "ProductId" = @product AND "DeviceId" = @device AND "KeyId" = @key""" + IsNews;

    private readonly ConcurrentDictionary<Subject, DateTime> _pending = new();

    /// <summary>A token that the key signed was let in, to this device or as it.</summary>
    public void Used(DeviceAddress device, KeyId key) =>
        _pending[new(device.Product.Value, key.Owner == KeyOwner.Device ? device.Device.Value : null, key.Value)] = time.GetUtcMilliseconds();

    /// <summary>A key as the API shows it.</summary>
    public PublicKey Describe(ProductKeyRow row) => Describe(new(row.ProductId, null, row.KeyId), row.SubjectPublicKeyInfo, row.Created, row.LastUsed);

    /// <inheritdoc cref="Describe(ProductKeyRow)"/>
    public PublicKey Describe(DeviceKeyRow row) => Describe(new(row.ProductId, row.DeviceId, row.KeyId), row.SubjectPublicKeyInfo, row.Created, row.LastUsed);

    /// <summary>Writes what has gathered. Not called twice at a time.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        // In one order on every node, as DeviceOrder says why.
        var sorted = _pending.ToArray()
            .OrderBy(x => x.Key.Product, StringComparer.Ordinal).ThenBy(x => x.Key.Device, StringComparer.Ordinal).ThenBy(x => x.Key.Key, StringComparer.Ordinal);
        foreach (var uses in sorted.Chunk(500))
        {
            await WriteAsync(uses, cancellationToken);
            foreach (var use in uses)
                _pending.TryRemove(use);
        }
    }

    private async Task WriteAsync(KeyValuePair<Subject, DateTime>[] uses, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await using var productKey = transaction.GetDbTransaction().Prepare(ProductKeySql, "@product", "@key", "@at");
        await using var deviceKey = transaction.GetDbTransaction().Prepare(DeviceKeySql, "@product", "@device", "@key", "@at");
        foreach (var (subject, at) in uses)
        {
            var command = subject.Device is null ? productKey : deviceKey;
            command.Parameters["@product"].Value = subject.Product;
            if (subject.Device is not null)
                command.Parameters["@device"].Value = subject.Device;
            command.Parameters["@key"].Value = subject.Key;
            command.Parameters["@at"].Value = new DateTimeOffset(at).ToUnixTimeMilliseconds();
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private PublicKey Describe(Subject subject, byte[] subjectPublicKeyInfo, DateTime created, DateTime? lastUsed) =>
        new(subject.Key, PublicKeyPem.Write(subjectPublicKeyInfo))
        {
            Created = created,
            LastUsed = _pending.TryGetValue(subject, out var at) && at >= created ? at : lastUsed,
        };

    /// <param name="Product">The product, or the device's.</param>
    /// <param name="Device">The device whose key it is; null for the product's.</param>
    /// <param name="Key">The key's ID.</param>
    private readonly record struct Subject(string Product, string? Device, string Key);
}
