using System.Data.Common;
using Heliograph.Protocol;

namespace Heliograph.Server.Registry;

/// <summary>
/// The connect path's statements on a database connection, one for a look-up, each made ready with its first use. Written out: after an outage
/// nothing is cached and each device is looked up, and EF Core takes longer than the database. One caller at a time.
/// </summary>
internal sealed class LookupStatements : IDisposable
{
    private const string ProductSql =
        """
        SELECT owner."Region", key."KeyId", key."SubjectPublicKeyInfo" FROM "Products" owner
        LEFT JOIN "ProductKeys" key ON key."ProductId" = owner."ProductId" WHERE owner."ProductId" = @product
        """;

    private const string DeviceSql =
        """
        SELECT NULL, key."KeyId", key."SubjectPublicKeyInfo" FROM "Devices" owner
        LEFT JOIN "DeviceKeys" key ON key."ProductId" = owner."ProductId" AND key."DeviceId" = owner."DeviceId"
        WHERE owner."ProductId" = @product AND owner."DeviceId" = @device
        """;

    private readonly DbCommand _product;
    private readonly DbCommand _device;

    /// <param name="connection">An open connection.</param>
    /// <param name="patience">A look-up that takes longer has failed; in seconds. Null leaves it to the connection.</param>
    public LookupStatements(DbConnection connection, int? patience = null)
    {
        _product = connection.Prepare(ProductSql, "@product");
        _device = connection.Prepare(DeviceSql, "@product", "@device");
        if (patience is { } seconds)
            _product.CommandTimeout = _device.CommandTimeout = seconds;
    }

    /// <summary>Reads the product with its keys; null where there is none.</summary>
    public Task<RegistryEntry?> ReadAsync(ProductId product, CancellationToken cancellationToken)
    {
        _product.Parameters["@product"].Value = product.Value;
        return ReadAsync(_product, cancellationToken);
    }

    /// <summary>Reads the device with its keys; null where there is none.</summary>
    public Task<RegistryEntry?> ReadAsync(DeviceAddress device, CancellationToken cancellationToken)
    {
        _device.Parameters["@product"].Value = device.Product.Value;
        _device.Parameters["@device"].Value = device.Device.Value;
        return ReadAsync(_device, cancellationToken);
    }

    public void Dispose()
    {
        _product.Dispose();
        _device.Dispose();
    }

    private static async Task<RegistryEntry?> ReadAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        if (!await rows.ReadAsync(cancellationToken))
            return null;

        var region = rows.IsDBNull(0) ? null : rows.GetString(0);
        var keys = new List<VerificationKey>(1);
        do
        {
            if (!rows.IsDBNull(1))
                keys.Add(Key(rows.GetString(1), rows.GetFieldValue<byte[]>(2)));
        }
        while (await rows.ReadAsync(cancellationToken));
        return new([.. keys], region);
    }

    private static VerificationKey Key(string id, byte[] subjectPublicKeyInfo) =>
        new(KeyId.TryParse(id, out var keyId) ? keyId : throw new InvalidDataException($"The registry holds a malformed key ID '{id}'."),
            subjectPublicKeyInfo);
}
