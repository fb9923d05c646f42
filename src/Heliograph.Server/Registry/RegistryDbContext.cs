using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Heliograph.Server.Registry;

/// <summary>The registry's tables. No column has a type of one database's own, so that every provider can serve them.</summary>
internal sealed class RegistryDbContext(DbContextOptions<RegistryDbContext> options) : DbContext(options)
{
    public DbSet<ProductRow> Products => Set<ProductRow>();
    public DbSet<ProductKeyRow> ProductKeys => Set<ProductKeyRow>();
    public DbSet<DeviceRow> Devices => Set<DeviceRow>();
    public DbSet<DeviceKeyRow> DeviceKeys => Set<DeviceKeyRow>();
    public DbSet<ApiKeyRow> ApiKeys => Set<ApiKeyRow>();
    public DbSet<UsageRow> Usage => Set<UsageRow>();
    public DbSet<TurnReporterRow> TurnReporters => Set<TurnReporterRow>();
    public DbSet<RevocationRow> Revocations => Set<RevocationRow>();
    public DbSet<AuditRow> Audit => Set<AuditRow>();
    public DbSet<DataProtectionKeyRow> DataProtectionKeys => Set<DataProtectionKeyRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTime>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<Dictionary<string, string>>().HaveConversion<TagsAsJson, TagsComparer>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ProductRow>(row =>
        {
            row.ToTable("Products").HasKey(x => x.ProductId);
            row.HasIndex(x => x.OrganizationId);
        });
        modelBuilder.Entity<ProductKeyRow>().ToTable("ProductKeys").HasKey(x => new { x.ProductId, x.KeyId });
        modelBuilder.Entity<DeviceRow>(row =>
        {
            row.ToTable("Devices").HasKey(x => new { x.ProductId, x.DeviceId });
            row.Property(x => x.TagsJson).HasColumnName("Tags");
            row.Ignore(x => x.Tags);
        });
        modelBuilder.Entity<DeviceKeyRow>().ToTable("DeviceKeys").HasKey(x => new { x.ProductId, x.DeviceId, x.KeyId });
        modelBuilder.Entity<ApiKeyRow>(row =>
        {
            row.ToTable("ApiKeys").HasKey(x => x.Id);
            row.HasIndex(x => x.OrganizationId);
        });
        modelBuilder.Entity<UsageRow>().ToTable("Usage").HasKey(x => new { x.ProductId, x.DeviceId, x.Month });
        modelBuilder.Entity<TurnReporterRow>().ToTable("TurnReporters").HasKey(x => x.Reporter);
        modelBuilder.Entity<RevocationRow>().ToTable("Revocations").HasKey(x => x.Subject);
        modelBuilder.Entity<AuditRow>(row =>
        {
            row.ToTable("Audit").HasKey(x => x.Id);
            row.HasIndex(x => new { x.OrganizationId, x.Id });
        });
        modelBuilder.Entity<DataProtectionKeyRow>().ToTable("DataProtectionKeys").HasKey(x => x.Name);
    }

    /// <summary>A time as milliseconds since 1970: one integer that every database stores, compares and sorts alike.</summary>
    private sealed class UnixMilliseconds() : ValueConverter<DateTime, long>(
        time => new DateTimeOffset(time).ToUnixTimeMilliseconds(),
        value => DateTimeOffset.FromUnixTimeMilliseconds(value).UtcDateTime);

    private sealed class TagsAsJson() : ValueConverter<Dictionary<string, string>, string>(
        tags => Registry.TagsJson.Write(tags),
        json => Registry.TagsJson.Read(json));

    private sealed class TagsComparer() : ValueComparer<Dictionary<string, string>>(
        // Tags are replaced as a whole and never changed in place.
        (a, b) => ReferenceEquals(a, b),
        tags => tags.Count,
        tags => tags);
}
