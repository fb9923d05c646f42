using Npgsql;

namespace Heliograph.Registry.Postgres;

/// <summary>The connections to PostgreSQL.</summary>
internal sealed class PostgresSources(NpgsqlConnectionStringBuilder primary, NpgsqlConnectionStringBuilder? replica) : IAsyncDisposable, IDisposable
{
    public NpgsqlDataSource Primary { get; } = NpgsqlDataSource.Create(primary);

    /// <summary>Of the primary, too, for what keeps a connection to itself: each one is opened and closed.</summary>
    public NpgsqlDataSource Own { get; } = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(primary.ConnectionString) { Pooling = false, CommandTimeout = 3 });

    public NpgsqlDataSource? Replica { get; } = replica is null ? null : NpgsqlDataSource.Create(replica);

    public async ValueTask DisposeAsync()
    {
        await Primary.DisposeAsync();
        await Own.DisposeAsync();
        if (Replica is not null)
            await Replica.DisposeAsync();
    }

    public void Dispose()
    {
        Primary.Dispose();
        Own.Dispose();
        Replica?.Dispose();
    }
}
