using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.Internal;
using Npgsql.EntityFrameworkCore.PostgreSQL.Migrations;

namespace Heliograph.Registry.Postgres;

/// <summary>
/// Makes every text column sort and compare by its bytes, as SQLite and this code do: cursors of lists are compared here and there, and what
/// a database takes for the order of words depends on how it was made.
/// </summary>
#pragma warning disable EF1001 // The constructor of the class that is extended asks for it.
internal sealed class PostgresSqlGenerator(MigrationsSqlGeneratorDependencies dependencies, INpgsqlSingletonOptions options)
    : NpgsqlMigrationsSqlGenerator(dependencies, options)
#pragma warning restore EF1001
{
    private const string ByBytes = "C";

    protected override void ColumnDefinition(
        string? schema, string table, string name, ColumnOperation operation, IModel? model, MigrationCommandListBuilder builder)
    {
        if (operation.ClrType == typeof(string))
            operation.Collation = ByBytes;
        base.ColumnDefinition(schema, table, name, operation, model, builder);
    }
}
