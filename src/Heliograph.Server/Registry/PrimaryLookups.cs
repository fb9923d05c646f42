using Microsoft.EntityFrameworkCore;

namespace Heliograph.Server.Registry;

/// <summary>Look-ups in the database itself.</summary>
internal sealed class PrimaryLookups(IDbContextFactory<RegistryDbContext> database) : ILookupDatabase
{
    public void Changed()
    {
        // Nothing here is ever behind.
    }

    public async Task<RegistryEntry?> ReadAsync(Func<RegistryDbContext, Task<RegistryEntry?>> read, CancellationToken cancellationToken)
    {
        await using var db = await database.CreateDbContextAsync(cancellationToken);
        return await read(db);
    }
}
