using Heliograph.Registry.Postgres;
using Heliograph.Server.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>The migrations, held against the model in PostgreSQL.</summary>
public sealed class PostgresMigrationTests
{
    [Fact]
    public async Task Migrations_MakeWhatTheModelWouldMake()
    {
        var migrated = await SchemaAsync(db => db.Database.MigrateAsync());
        var created = await SchemaAsync(db => db.Database.EnsureCreatedAsync());

        created.Count.ShouldBeGreaterThan(50);
        migrated.ShouldBe(created);
        // A database of another's making sorts as people do.
        migrated.Where(x => x.Contains(" text ", StringComparison.Ordinal)).ShouldAllBe(x => x.EndsWith(" C", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prepare_ADatabaseThatIsPrepared_ChangesNothing()
    {
        await using var services = Services(await PostgresFixture.CreateDatabaseAsync());

        await services.GetRequiredService<IRegistryDatabase>().PrepareAsync(TestContext.Current.CancellationToken);

        await using var db = await services.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        (await db.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> SchemaAsync(Func<RegistryDbContext, Task> make)
    {
        await using var services = Services(await (await PostgresFixture.ServerAsync()).CreateDatabaseAsync());
        await using var db = await services.GetRequiredService<IDbContextFactory<RegistryDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        await make(db);
        var columns = await db.Database
            .SqlQuery<string>(
                $"""
                SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, coalesce(collation_name, 'none')) AS "Value"
                FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_EF%'
                """)
            .ToListAsync(TestContext.Current.CancellationToken);
        var indexes = await db.Database
            .SqlQuery<string>($"""SELECT indexdef AS "Value" FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\_\_EF%'""")
            .ToListAsync(TestContext.Current.CancellationToken);
        return [.. columns.Concat(indexes).Order(StringComparer.Ordinal)];
    }

    private static ServiceProvider Services(string database)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        PostgresRegistry.AddDatabase(services, PostgresConnection.Read("test", database));
        return services.BuildServiceProvider();
    }
}
