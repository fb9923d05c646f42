using System.Data.Common;
using Heliograph.Protocol;

namespace Heliograph.Server.Registry;

/// <summary>
/// Writes the activity of many devices in one transaction, with two prepared statements: every active device is written every few
/// seconds, so what EF Core allocates for each command would be most of what a busy service allocates at all. The SQL is what SQLite
/// and PostgreSQL have in common.
/// </summary>
internal sealed class ActivityWriter : IAsyncDisposable
{
    // Another node may have written a later time.
    private const string LastConnectSql =
        """
        UPDATE "Devices" SET "LastConnect" = @at
        WHERE "ProductId" = @product AND "DeviceId" = @device AND ("LastConnect" IS NULL OR "LastConnect" < @at)
        """;

    // Nothing is counted for a device that has been deleted meanwhile. Bytes stop at 2^53 - 1, so that sums of them, too, are numbers still.
    private const string UsageSql =
        """
        INSERT INTO "Usage" ("ProductId", "DeviceId", "Month", "SignalingMessages", "RelayBytes")
        SELECT "ProductId", "DeviceId", @month, @messages, @bytes FROM "Devices" WHERE "ProductId" = @product AND "DeviceId" = @device
        ON CONFLICT ("ProductId", "DeviceId", "Month")
        DO UPDATE SET "SignalingMessages" = "Usage"."SignalingMessages" + excluded."SignalingMessages",
            "RelayBytes" = CASE WHEN "Usage"."RelayBytes" + excluded."RelayBytes" > 9007199254740991
                THEN 9007199254740991 ELSE "Usage"."RelayBytes" + excluded."RelayBytes" END
        """;

    private readonly DbCommand _lastConnect;
    private readonly DbCommand _usage;

    /// <param name="transaction">What the writing is a part of.</param>
    /// <param name="now">Usage is counted in the month of this time, in UTC.</param>
    public ActivityWriter(DbTransaction transaction, DateTimeOffset now)
    {
        _lastConnect = transaction.Prepare(LastConnectSql, "@product", "@device", "@at");
        _usage = transaction.Prepare(UsageSql, "@product", "@device", "@messages", "@bytes", "@month");
        _usage.Parameters["@month"].Value = now.UtcDateTime.Year * 100 + now.UtcDateTime.Month;
    }

    public Task WriteLastConnectAsync(DeviceAddress device, DateTime at, CancellationToken cancellationToken)
    {
        _lastConnect.Parameters["@at"].Value = new DateTimeOffset(at).ToUnixTimeMilliseconds();
        return ExecuteAsync(_lastConnect, device, cancellationToken);
    }

    /// <summary>Adds to what a device has used.</summary>
    /// <returns>Whether there is such a device.</returns>
    public async Task<bool> AddUsageAsync(DeviceAddress device, long messages, long bytes, CancellationToken cancellationToken)
    {
        _usage.Parameters["@messages"].Value = messages;
        _usage.Parameters["@bytes"].Value = bytes;
        return await ExecuteAsync(_usage, device, cancellationToken) > 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _lastConnect.DisposeAsync();
        await _usage.DisposeAsync();
    }

    private static Task<int> ExecuteAsync(DbCommand command, DeviceAddress device, CancellationToken cancellationToken)
    {
        command.Parameters["@product"].Value = device.Product.Value;
        command.Parameters["@device"].Value = device.Device.Value;
        return command.ExecuteNonQueryAsync(cancellationToken);
    }
}
