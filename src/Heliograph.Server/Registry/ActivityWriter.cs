using System.Data.Common;
using System.Globalization;
using System.Text;
using Heliograph.Protocol;

namespace Heliograph.Server.Registry;

/// <summary>
/// Writes the activity of many devices in one transaction: every active device is written every few seconds. The SQL is what SQLite and
/// PostgreSQL have in common.
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
    private const string AddSql =
        """
        ON CONFLICT ("ProductId", "DeviceId", "Month")
        DO UPDATE SET "SignalingMessages" = "Usage"."SignalingMessages" + excluded."SignalingMessages",
            "RelayBytes" = CASE WHEN "Usage"."RelayBytes" + excluded."RelayBytes" > 9007199254740991
                THEN 9007199254740991 ELSE "Usage"."RelayBytes" + excluded."RelayBytes" END
        """;

    private const string BytesSql =
        $"""
        INSERT INTO "Usage" ("ProductId", "DeviceId", "Month", "SignalingMessages", "RelayBytes")
        SELECT "ProductId", "DeviceId", @month, 0, @bytes FROM "Devices" WHERE "ProductId" = @product AND "DeviceId" = @device
        {AddSql}
        """;

    // The rows stand in the text: IDs need no escape there, and parameters for each were most of what the service allocates while it relays.
    private const string MessagesSqlStart = "WITH used(product, device, messages) AS (VALUES ";
    private const string MessagesSqlEnd =
        $"""
        )
        INSERT INTO "Usage" ("ProductId", "DeviceId", "Month", "SignalingMessages", "RelayBytes")
        SELECT "ProductId", "DeviceId", @month, messages, 0 FROM used JOIN "Devices" ON "ProductId" = product AND "DeviceId" = device WHERE TRUE
        ORDER BY "ProductId", "DeviceId"
        {AddSql}
        """;

    /// <summary>Characters of a row, with a count of up to twelve digits.</summary>
    private const int RowLength = 48;

    private readonly DbCommand _lastConnect;
    private readonly DbCommand _bytes;
    private readonly DbCommand _messages;

    /// <param name="transaction">What the writing is a part of.</param>
    /// <param name="now">Usage is counted in the month of this time, in UTC.</param>
    public ActivityWriter(DbTransaction transaction, DateTimeOffset now)
    {
        _lastConnect = transaction.Prepare(LastConnectSql, "@product", "@device", "@at");
        _bytes = transaction.Prepare(BytesSql, "@product", "@device", "@month", "@bytes");
        _messages = transaction.Prepare("", "@month");
        _bytes.Parameters["@month"].Value = _messages.Parameters["@month"].Value = now.UtcDateTime.Year * 100 + now.UtcDateTime.Month;
    }

    public Task WriteLastConnectAsync(DeviceAddress device, DateTime at, CancellationToken cancellationToken)
    {
        _lastConnect.Parameters["@at"].Value = new DateTimeOffset(at).ToUnixTimeMilliseconds();
        return ExecuteAsync(_lastConnect, device, cancellationToken);
    }

    /// <summary>Adds to the bytes that were relayed for a device by TURN.</summary>
    /// <returns>Whether there is such a device.</returns>
    public async Task<bool> AddBytesAsync(DeviceAddress device, long bytes, CancellationToken cancellationToken)
    {
        _bytes.Parameters["@bytes"].Value = bytes;
        return await ExecuteAsync(_bytes, device, cancellationToken) > 0;
    }

    /// <summary>Adds to the messages of many devices.</summary>
    /// <param name="messages">The devices, each of them once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AddMessagesAsync(IReadOnlyList<(DeviceAddress Device, long Messages)> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
            return;
        _messages.CommandText = MessagesSql(messages);
        await _messages.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _lastConnect.DisposeAsync();
        await _bytes.DisposeAsync();
        await _messages.DisposeAsync();
    }

    private static string MessagesSql(IReadOnlyList<(DeviceAddress Device, long Messages)> messages)
    {
        var sql = new StringBuilder(MessagesSqlStart, MessagesSqlStart.Length + MessagesSqlEnd.Length + messages.Count * RowLength);
        foreach (var (device, count) in messages)
            sql.Append(CultureInfo.InvariantCulture, $"('{device.Product.Value}','{device.Device.Value}',{count}),");
        // Without the last comma.
        sql.Length--;
        return sql.Append(MessagesSqlEnd).ToString();
    }

    private static Task<int> ExecuteAsync(DbCommand command, DeviceAddress device, CancellationToken cancellationToken)
    {
        command.Parameters["@product"].Value = device.Product.Value;
        command.Parameters["@device"].Value = device.Device.Value;
        return command.ExecuteNonQueryAsync(cancellationToken);
    }
}
