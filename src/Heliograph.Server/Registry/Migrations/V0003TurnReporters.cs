using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Heliograph.Server.Registry.Migrations;

/// <summary>How far the reports of TURN servers have been counted.</summary>
[DbContext(typeof(RegistryDbContext))]
[Migration("0003_TurnReporters")]
internal sealed class V0003TurnReporters : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.CreateTable(
            "TurnReporters",
            table => new
            {
                Reporter = table.Column<string>(),
                Sequence = table.Column<long>(),
                ReportedAt = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_TurnReporters", x => x.Reporter));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("TurnReporters");
}
