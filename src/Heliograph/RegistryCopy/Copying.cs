using System.Data;
using System.Reflection;
using Heliograph.Server.Registry;
using Heliograph.Terminal;
using Microsoft.EntityFrameworkCore;

namespace Heliograph.RegistryCopy;

/// <summary>Copies every table of the model, part by part, in one transaction of the target.</summary>
internal static class Copying
{
    private const int PartSize = 1000;

    /// <summary>Copies all rows.</summary>
    /// <returns>How many rows each table has.</returns>
    public static async Task<IReadOnlyList<(string Table, long Rows)>> RunAsync(
        RegistryPlace source, RegistryPlace target, bool replace, Output output, CancellationToken cancellationToken)
    {
        await using var from = await source.Database.CreateDbContextAsync(cancellationToken);
        await using var to = await target.Database.CreateDbContextAsync(cancellationToken);
        to.ChangeTracker.AutoDetectChangesEnabled = false;
        // All tables as they are at one time.
        await using var reading = await from.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await using var writing = await to.Database.BeginTransactionAsync(cancellationToken);
        var tables = from.Model.GetEntityTypes().Select(Table).OrderBy(x => x.Name, StringComparer.Ordinal).ToList();

        foreach (var table in tables)
        {
            if (replace)
                await table.DeleteAsync(to, cancellationToken);
            else if (await table.CountAsync(to, cancellationToken) is > 0 and var rows)
                throw new CommandException($"the target is not empty: {table.Name} has {rows} rows; nothing was copied. --replace deletes what it has");
        }

        var counts = new List<(string Table, long Rows)>();
        foreach (var table in tables)
            counts.Add((table.Name, await table.CountAsync(from, cancellationToken)));
        await output.ProgressAsync("Copying", counts.Sum(x => x.Rows), async done =>
        {
            foreach (var table in tables)
                await table.CopyAsync(from, to, done, cancellationToken);
        });

        foreach (var (table, (_, rows)) in tables.Zip(counts))
        {
            if (await table.CountAsync(to, cancellationToken) is var copied && copied != rows)
                throw new CommandException($"nothing was copied: of {rows} rows of {table.Name}, {copied} came across");
        }

        await writing.CommitAsync(cancellationToken);
        return counts;
    }

    private static ITable Table(Microsoft.EntityFrameworkCore.Metadata.IEntityType type) =>
        (ITable)Activator.CreateInstance(
            typeof(TableOf<>).MakeGenericType(type.ClrType), BindingFlags.Instance | BindingFlags.Public, null, [type.GetTableName()!], null)!;

    private interface ITable
    {
        string Name { get; }

        Task<long> CountAsync(RegistryDbContext db, CancellationToken cancellationToken);

        Task DeleteAsync(RegistryDbContext db, CancellationToken cancellationToken);

        Task CopyAsync(RegistryDbContext from, RegistryDbContext to, Action<long> done, CancellationToken cancellationToken);
    }

    private sealed class TableOf<TRow>(string name) : ITable where TRow : class
    {
        public string Name => name;

        public Task<long> CountAsync(RegistryDbContext db, CancellationToken cancellationToken) => db.Set<TRow>().LongCountAsync(cancellationToken);

        public Task DeleteAsync(RegistryDbContext db, CancellationToken cancellationToken) => db.Set<TRow>().ExecuteDeleteAsync(cancellationToken);

        public async Task CopyAsync(RegistryDbContext from, RegistryDbContext to, Action<long> done, CancellationToken cancellationToken)
        {
            var part = new List<TRow>(PartSize);
            await foreach (var row in from.Set<TRow>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                part.Add(row);
                if (part.Count == PartSize)
                    await WriteAsync();
            }

            await WriteAsync();

            async Task WriteAsync()
            {
                to.Set<TRow>().AddRange(part);
                await to.SaveChangesAsync(cancellationToken);
                to.ChangeTracker.Clear();
                done(part.Count);
                part.Clear();
            }
        }
    }
}
