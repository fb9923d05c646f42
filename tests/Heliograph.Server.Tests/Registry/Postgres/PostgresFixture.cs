using Heliograph.Registry.Postgres;
using Heliograph.Server.Registry;
using Heliograph.Testing;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(Heliograph.Server.Tests.Registry.Postgres.PostgresFixture))]

namespace Heliograph.Server.Tests.Registry.Postgres;

/// <summary>One PostgreSQL for all tests that don't stop it, started when the first one asks; each of them has a database of its own.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private const string Template = "template_heliograph";

    private static PostgresFixture? _instance;

    private readonly TempFolder _folder = new();
    private readonly Lazy<Task<PostgresServer>> _server;

    public PostgresFixture()
    {
        _server = new(StartAsync);
        _instance = this;
    }

    /// <summary>The server.</summary>
    internal static Task<PostgresServer> ServerAsync() => _instance!._server.Value;

    /// <summary>A new database with the registry's tables.</summary>
    /// <returns>Its connection string.</returns>
    internal static async Task<string> CreateDatabaseAsync() => await (await ServerAsync()).CreateDatabaseAsync(Template);

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
            await (await _server.Value).DisposeAsync();
        _folder.Dispose();
    }

    private async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.StartAsync(_folder);
        await server.ExecuteAsync($"CREATE DATABASE {Template}");
        var services = new ServiceCollection();
        services.AddLogging();
        PostgresRegistry.AddDatabase(services, PostgresConnection.Read("test", server.ConnectionString(Template) + ";Pooling=false"));
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IRegistryDatabase>().PrepareAsync(CancellationToken.None);
        return server;
    }
}
