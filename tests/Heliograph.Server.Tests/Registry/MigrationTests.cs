using System.Text.RegularExpressions;
using Heliograph.Registry.Sqlite;
using Heliograph.Server.Registry;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Registry;

/// <summary>The migrations are written by hand; here they are held against the model.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("heliograph-test-");

    [Fact]
    public async Task Migrations_MakeWhatTheModelWouldMake()
    {
        var migrated = await SchemaAsync("migrated", db => db.Database.MigrateAsync());
        var created = await SchemaAsync("created", db => db.Database.EnsureCreatedAsync());

        created.Count.ShouldBeGreaterThan(8);
        migrated.ShouldBe(created);
    }

    [Fact]
    public async Task Prepare_AFileThatIsPrepared_ChangesNothing()
    {
        await using var services = Services("twice");
        var database = services.GetRequiredService<IRegistryDatabase>();
        await database.PrepareAsync(TestContext.Current.CancellationToken);

        await database.PrepareAsync(TestContext.Current.CancellationToken);

        await using var db = await services.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        (await db.Database.SqlQuery<string>($"PRAGMA journal_mode").ToListAsync(TestContext.Current.CancellationToken)).ShouldBe(["wal"]);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    private async Task<IReadOnlyList<string>> SchemaAsync(string name, Func<RegistryDbContext, Task> make)
    {
        await using var services = Services(name);
        await using var db = await services.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        await make(db);
        var sql = await db.Database
            .SqlQuery<string>($"SELECT sql AS Value FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '\\_\\_EF%' ESCAPE '\\'")
            .ToListAsync(TestContext.Current.CancellationToken);
        return [.. sql.Select(Normalize).Order(StringComparer.Ordinal)];
    }

    /// <summary>Without what says nothing: white space, and the order in which columns stand.</summary>
    private static string Normalize(string sql)
    {
        var line = Regex.Replace(sql, @"\s+", " ", RegexOptions.None, TimeSpan.FromSeconds(1));
        var (from, to) = (line.IndexOf('(') + 1, line.LastIndexOf(')'));
        var parts = line[from..to].Split(", \"").SelectMany(x => x.Split(", CONSTRAINT")).Select(x => x.Trim().TrimStart('"')).Order(StringComparer.Ordinal);
        return $"{line[..from]} {string.Join(" | ", parts)})";
    }

    private ServiceProvider Services(string name)
    {
        var services = new ServiceCollection();
        SqliteRegistry.Add(services, Path.Combine(_folder.FullName, $"{name}.db"));
        return services.BuildServiceProvider();
    }
}
