using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Heliograph.Server.Registry.Migrations;

/// <summary>The audit log, and when a key was last used.</summary>
[DbContext(typeof(RegistryDbContext))]
[Migration("0002_AuditLog")]
internal sealed class V0002AuditLog : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Audit",
            table => new
            {
                Id = table.Column<string>(),
                Time = table.Column<long>(),
                OrganizationId = table.Column<string>(),
                ActorId = table.Column<string>(),
                ActorName = table.Column<string>(nullable: true),
                Via = table.Column<string>(),
                Address = table.Column<string>(nullable: true),
                Action = table.Column<string>(),
                ProductId = table.Column<string>(nullable: true),
                DeviceId = table.Column<string>(nullable: true),
                KeyId = table.Column<string>(nullable: true),
                ApiKeyId = table.Column<string>(nullable: true),
                Detail = table.Column<string>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_Audit", x => x.Id));
        migrationBuilder.CreateIndex("IX_Audit_OrganizationId_Id", "Audit", ["OrganizationId", "Id"]);

        migrationBuilder.AddColumn<long>("LastUsed", "ProductKeys", nullable: true);
        migrationBuilder.AddColumn<long>("LastUsed", "DeviceKeys", nullable: true);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropColumn("LastUsed", "DeviceKeys");
        migrationBuilder.DropColumn("LastUsed", "ProductKeys");
        migrationBuilder.DropTable("Audit");
    }
}
