using Heliograph.Server.Registry;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Registry.Sqlite;

/// <summary>Adds the registry in an SQLite file.</summary>
internal static class SqliteRegistry
{
    /// <param name="services">What the service is made of.</param>
    /// <param name="file">The database file; it is created where it is missing.</param>
    public static void Add(IServiceCollection services, string file)
    {
        // A writer waits this long for another one, in seconds.
        var connection = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30, Pooling = true };
        services.AddPooledDbContextFactory<RegistryDbContext>(options => options
            .UseSqlite(connection.ConnectionString, sqlite => sqlite.MigrationsAssembly(typeof(RegistryDbContext).Assembly.GetName().Name))
            // Migrations are written by hand and carry no snapshot of the model; a test holds them against it.
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning)));
        services.AddSingleton<IRegistryDatabase, SqliteDatabase>();
        services.AddSingleton<ILookupDatabase>(_ => new SqliteLookups(connection.ConnectionString));
    }
}
