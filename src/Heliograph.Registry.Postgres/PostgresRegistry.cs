using Heliograph.Server.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Heliograph.Registry.Postgres;

/// <summary>Adds the registry in PostgreSQL.</summary>
internal static class PostgresRegistry
{
    private static readonly NulCharacters Nul = new();

    /// <param name="services">What the service is made of.</param>
    /// <param name="primary">Where the database is.</param>
    /// <param name="replica">Where a read replica of it is, if there is one.</param>
    public static void Add(IServiceCollection services, NpgsqlConnectionStringBuilder primary, NpgsqlConnectionStringBuilder? replica)
    {
        AddDatabase(services, primary, replica);
        services.AddSingleton<PostgresLookups>();
        services.AddSingleton<ILookupDatabase>(provider => provider.GetRequiredService<PostgresLookups>());
        services.AddSingleton<IHostedService, PostgresListener>();
        if (replica is not null)
            services.AddSingleton<IHostedService, ReplicaWatch>();
    }

    /// <summary>Adds the database alone, for who is no service.</summary>
    public static void AddDatabase(IServiceCollection services, NpgsqlConnectionStringBuilder primary, NpgsqlConnectionStringBuilder? replica = null)
    {
        services.AddSingleton(_ => new PostgresSources(primary, replica));
        services.AddPooledDbContextFactory<RegistryDbContext>(
            (provider, options) => Configure(options, provider.GetRequiredService<PostgresSources>().Primary));
        services.AddSingleton<PostgresDatabase>();
        services.AddSingleton<IRegistryDatabase>(provider => provider.GetRequiredService<PostgresDatabase>());
    }

    public static void Configure(DbContextOptionsBuilder options, NpgsqlDataSource source) => options
        .UseNpgsql(source, postgres => postgres.MigrationsAssembly(typeof(RegistryDbContext).Assembly.GetName().Name))
        .AddInterceptors(Nul)
        .ReplaceService<IMigrationsSqlGenerator, PostgresSqlGenerator>()
        .ConfigureWarnings(warnings => warnings
            // Migrations are written by hand and carry no snapshot of the model; a test holds them against it.
            .Ignore(RelationalEventId.PendingModelChangesWarning)
            // Whoever catches these tells of them: once, and not for every call that needs a database that is lost.
            .Log(
                (RelationalEventId.ConnectionError, LogLevel.Debug),
                (RelationalEventId.CommandError, LogLevel.Debug),
                (RelationalEventId.TransactionError, LogLevel.Debug),
                (CoreEventId.SaveChangesFailed, LogLevel.Debug),
                (CoreEventId.QueryIterationFailed, LogLevel.Debug)));
}
