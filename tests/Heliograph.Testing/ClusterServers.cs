namespace Heliograph.Testing;

/// <summary>A database server and a broker for clusters; each cluster takes a database and a region of its own.</summary>
public class ClusterServers : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private PostgresServer? _postgres;
    private RabbitMqBroker? _broker;

    public PostgresServer Postgres => _postgres!;

    public RabbitMqBroker Broker => _broker!;

    /// <summary>Starts both. Where one does not start, the other is still to be disposed.</summary>
    public async ValueTask InitializeAsync()
    {
        var postgres = PostgresServer.StartAsync(_folder);
        _broker = await RabbitMqBroker.StartAsync(_folder);
        _postgres = await postgres;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_broker is not null)
            await _broker.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _folder.Dispose();
    }
}
