using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Heliograph.Server.Registry.Migrations;

/// <summary>The first tables. Written by hand, without column types of any one database.</summary>
[DbContext(typeof(RegistryDbContext))]
[Migration("0001_Initial")]
internal sealed class V0001Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Products",
            table => new
            {
                ProductId = table.Column<string>(),
                OrganizationId = table.Column<string>(),
                Region = table.Column<string>(),
                Name = table.Column<string>(nullable: true),
                Tags = table.Column<string>(),
                Created = table.Column<long>(),
                LastBatchId = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_Products", x => x.ProductId));
        migrationBuilder.CreateIndex("IX_Products_OrganizationId", "Products", "OrganizationId");

        migrationBuilder.CreateTable(
            "ProductKeys",
            table => new
            {
                ProductId = table.Column<string>(),
                KeyId = table.Column<string>(),
                SubjectPublicKeyInfo = table.Column<byte[]>(),
                Created = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_ProductKeys", x => new { x.ProductId, x.KeyId }));

        migrationBuilder.CreateTable(
            "Devices",
            table => new
            {
                ProductId = table.Column<string>(),
                DeviceId = table.Column<string>(),
                Name = table.Column<string>(nullable: true),
                Tags = table.Column<string>(),
                BatchId = table.Column<long>(nullable: true),
                Created = table.Column<long>(),
                LastConnect = table.Column<long>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_Devices", x => new { x.ProductId, x.DeviceId }));

        migrationBuilder.CreateTable(
            "DeviceKeys",
            table => new
            {
                ProductId = table.Column<string>(),
                DeviceId = table.Column<string>(),
                KeyId = table.Column<string>(),
                SubjectPublicKeyInfo = table.Column<byte[]>(),
                Created = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_DeviceKeys", x => new { x.ProductId, x.DeviceId, x.KeyId }));

        migrationBuilder.CreateTable(
            "ApiKeys",
            table => new
            {
                Id = table.Column<string>(),
                OrganizationId = table.Column<string>(),
                Name = table.Column<string>(nullable: true),
                SecretHash = table.Column<byte[]>(),
                Scopes = table.Column<string>(),
                Created = table.Column<long>(),
                ExpiresAt = table.Column<long>(nullable: true),
                RevokedAt = table.Column<long>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_ApiKeys", x => x.Id));
        migrationBuilder.CreateIndex("IX_ApiKeys_OrganizationId", "ApiKeys", "OrganizationId");

        migrationBuilder.CreateTable(
            "Usage",
            table => new
            {
                ProductId = table.Column<string>(),
                DeviceId = table.Column<string>(),
                Month = table.Column<int>(),
                SignalingMessages = table.Column<long>(),
                RelayBytes = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_Usage", x => new { x.ProductId, x.DeviceId, x.Month }));

        migrationBuilder.CreateTable(
            "Revocations",
            table => new
            {
                Subject = table.Column<string>(),
                RevokedAt = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_Revocations", x => x.Subject));

        migrationBuilder.CreateTable(
            "DataProtectionKeys",
            table => new
            {
                Name = table.Column<string>(),
                Xml = table.Column<string>(),
            },
            constraints: table => table.PrimaryKey("PK_DataProtectionKeys", x => x.Name));
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var table in (string[])
            ["Products", "ProductKeys", "Devices", "DeviceKeys", "ApiKeys", "Usage", "Revocations", "DataProtectionKeys"])
            migrationBuilder.DropTable(table);
    }
}
