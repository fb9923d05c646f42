using System.Data.Common;
using Heliograph.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Heliograph.Server.Registry;

/// <summary>
/// Counts what TURN servers report. Each report is written with its number in one transaction before it is answered: it is counted once,
/// however often it is sent, and nothing of it is lost with the process.
/// </summary>
internal sealed class TurnUsageStore(IDbContextFactory<RegistryDbContext> database, TimeProvider time)
{
    // Of two that come at once, the second finds the first one's number.
    private const string AdvanceSql =
        """
        INSERT INTO "TurnReporters" ("Reporter", "Sequence", "ReportedAt") VALUES (@reporter, @sequence, @at)
        ON CONFLICT ("Reporter") DO UPDATE SET "Sequence" = excluded."Sequence", "ReportedAt" = excluded."ReportedAt"
        WHERE "TurnReporters"."Sequence" < excluded."Sequence"
        """;

    /// <summary>A reporter that has been silent for so long is gone for good: one whose state was lost begins anew under another name.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(90);

    /// <summary>Counts a report.</summary>
    /// <returns>The devices that it was counted for; null where a report of this number has been counted before.</returns>
    public async Task<IReadOnlyList<DeviceAddress>?> CountAsync(
        string reporter, long sequence, IReadOnlyDictionary<DeviceAddress, long> bytes, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await AdvanceAsync(transaction.GetDbTransaction(), reporter, sequence, now, cancellationToken))
            return null;

        // With each new one, so that there are never many more than report.
        if (sequence == 1)
        {
            var oldest = now.UtcDateTime - LongestSilence;
            await db.TurnReporters.Where(x => x.ReportedAt < oldest).ExecuteDeleteAsync(cancellationToken);
        }

        var counted = new List<DeviceAddress>(bytes.Count);
        await using (var writer = new ActivityWriter(transaction.GetDbTransaction(), now))
        {
            foreach (var device in DeviceOrder.Sort(bytes.Keys))
            {
                if (await writer.AddBytesAsync(device, bytes[device], cancellationToken))
                    counted.Add(device);
            }
        }

        // Whether it took effect must not stay open: who gets no answer sends it again.
        await transaction.CommitAsync(CancellationToken.None);
        return counted;
    }

    private static async Task<bool> AdvanceAsync(
        DbTransaction transaction, string reporter, long sequence, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = transaction.Prepare(AdvanceSql, "@reporter", "@sequence", "@at");
        command.Parameters["@reporter"].Value = reporter;
        command.Parameters["@sequence"].Value = sequence;
        command.Parameters["@at"].Value = now.ToUnixTimeMilliseconds();
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
