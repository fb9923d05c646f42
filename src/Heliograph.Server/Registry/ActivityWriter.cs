using System.Data.Common;
using Heliograph.Protocol;

namespace Heliograph.Server.Registry;

/// <summary>
/// Writes the activity of many devices in one transaction, with prepared statements, and usage many rows at a time: every active device is
/// written every few seconds, and a command for each would be a way to the database and back for each. The SQL is what SQLite and PostgreSQL
/// have in common.
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
        WITH used(product, device, messages, bytes) AS (VALUES {rows})
        INSERT INTO "Usage" ("ProductId", "DeviceId", "Month", "SignalingMessages", "RelayBytes")
        SELECT "ProductId", "DeviceId", @month, messages, bytes FROM used JOIN "Devices" ON "ProductId" = product AND "DeviceId" = device WHERE TRUE
        ON CONFLICT ("ProductId", "DeviceId", "Month")
        DO UPDATE SET "SignalingMessages" = "Usage"."SignalingMessages" + excluded."SignalingMessages",
            "RelayBytes" = CASE WHEN "Usage"."RelayBytes" + excluded."RelayBytes" > 9007199254740991
                THEN 9007199254740991 ELSE "Usage"."RelayBytes" + excluded."RelayBytes" END
        """;

    private const int RowsAtOnce = 50;

    private static readonly UsageRow[] Rows = [.. Enumerable.Range(0, RowsAtOnce).Select(x => new UsageRow(x))];
    private static readonly string OneUsageSql = SqlFor(Rows[..1]);
    private static readonly string ManyUsagesSql = SqlFor(Rows);

    private readonly DbTransaction _transaction;
    private readonly int _month;
    private readonly DbCommand _lastConnect;
    private readonly DbCommand _usage;
    // Made when so many are to be written.
    private DbCommand? _manyUsages;

    /// <param name="transaction">What the writing is a part of.</param>
    /// <param name="now">Usage is counted in the month of this time, in UTC.</param>
    public ActivityWriter(DbTransaction transaction, DateTimeOffset now)
    {
        _lastConnect = transaction.Prepare(LastConnectSql, "@product", "@device", "@at");
        _transaction = transaction;
        _month = now.UtcDateTime.Year * 100 + now.UtcDateTime.Month;
        _usage = PrepareUsage(OneUsageSql, Rows[..1]);
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
        Rows[0].Set(_usage, device, messages, bytes);
        return await _usage.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Adds to the messages of many devices.</summary>
    /// <param name="usages">The devices, each of them once, with their messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AddMessagesAsync(IReadOnlyList<(DeviceAddress Device, long Messages)> usages, CancellationToken cancellationToken)
    {
        var next = 0;
        for (; usages.Count - next >= RowsAtOnce; next += RowsAtOnce)
        {
            _manyUsages ??= PrepareUsage(ManyUsagesSql, Rows);
            for (var i = 0; i < RowsAtOnce; i++)
                Rows[i].Set(_manyUsages, usages[next + i].Device, usages[next + i].Messages, bytes: 0);
            await _manyUsages.ExecuteNonQueryAsync(cancellationToken);
        }

        for (; next < usages.Count; next++)
            await AddUsageAsync(usages[next].Device, usages[next].Messages, bytes: 0, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _lastConnect.DisposeAsync();
        await _usage.DisposeAsync();
        if (_manyUsages is not null)
            await _manyUsages.DisposeAsync();
    }

    private static string SqlFor(UsageRow[] rows) => UsageSql.Replace("{rows}", string.Join(", ", rows.Select(x => x.Sql)), StringComparison.Ordinal);

    private DbCommand PrepareUsage(string sql, UsageRow[] rows)
    {
        var command = _transaction.Prepare(sql, [.. rows.SelectMany(x => x.Parameters), "@month"]);
        command.Parameters["@month"].Value = _month;
        return command;
    }

    private static Task<int> ExecuteAsync(DbCommand command, DeviceAddress device, CancellationToken cancellationToken)
    {
        command.Parameters["@product"].Value = device.Product.Value;
        command.Parameters["@device"].Value = device.Device.Value;
        return command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A row of usage in a command that adds several.</summary>
    private sealed class UsageRow(int index)
    {
        public string Sql => $"({string.Join(", ", Parameters)})";

        /// <summary>Product, device, messages and bytes.</summary>
        public string[] Parameters { get; } = [$"@product{index}", $"@device{index}", $"@messages{index}", $"@bytes{index}"];

        public void Set(DbCommand command, DeviceAddress device, long messages, long bytes)
        {
            // By place: among so many, a name is looked for too long.
            var first = index * Parameters.Length;
            command.Parameters[first].Value = device.Product.Value;
            command.Parameters[first + 1].Value = device.Device.Value;
            command.Parameters[first + 2].Value = messages;
            command.Parameters[first + 3].Value = bytes;
        }
    }
}
