using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Heliograph.Server.Registry.Migrations;

/// <summary>When a product was moved to another region.</summary>
[DbContext(typeof(RegistryDbContext))]
[Migration("0004_ProductMoves")]
internal sealed class V0004ProductMoves : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.AddColumn<long>("MovedAt", "Products", nullable: true);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropColumn("MovedAt", "Products");
}
