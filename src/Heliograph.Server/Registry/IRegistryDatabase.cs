namespace Heliograph.Server.Registry;

/// <summary>What a database provider does besides what EF Core does for it.</summary>
internal interface IRegistryDatabase
{
    /// <summary>Brings the database into being or up to date, before anything else uses it.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);
}
