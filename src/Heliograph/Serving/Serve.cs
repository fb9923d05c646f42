using System.Net.Sockets;
using Heliograph.Backplane.RabbitMq;
using Heliograph.Registry.Postgres;
using Heliograph.Registry.Sqlite;
using Heliograph.Server.Backplane;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Heliograph.Serving;

/// <summary>Runs the service from start to end.</summary>
internal static class Serve
{
    private const int Succeeded = 0;
    private const int Failed = 1;

    /// <summary>Runs until the service is told to stop.</summary>
    /// <returns>The process' exit code: 0 after an orderly stop, 1 where it could not start.</returns>
    public static async Task<int> RunAsync(ServeArguments arguments)
    {
        try
        {
            var settings = arguments.ReadSettings();
            var postgres = ReadConnection(nameof(RegistryOptions.Postgres), settings.Registry.Postgres);
            var replica = ReadConnection(nameof(RegistryOptions.PostgresReplica), settings.Registry.PostgresReplica);
            var directory = ReadDirectory(settings, postgres);
            using var folder = DataFolder.Open(settings.Service.Data);
            if (postgres is null)
                folder.EnsureDatabaseFile();
            await using var app = HeliographService.Build(
                settings,
                services =>
                {
                    if (postgres is null)
                        SqliteRegistry.Add(services, folder.DatabaseFile);
                    else
                        PostgresRegistry.Add(services, postgres, replica);
                    if (directory is not null)
                        RabbitMqCluster.Add(services, directory);
                },
                builder => builder.Services.AddSingleton<IHostLifetime, SignalLifetime>());
            var database = postgres is null ? $"the database '{folder.DatabaseFile}'" : $"the database {PostgresConnection.Describe(postgres)}";
            await RunAsync(app, settings, folder, database, arguments.PrintConsoleLink);
            return Succeeded;
        }
        catch (SettingsException error)
        {
            foreach (var problem in error.Problems)
                await Console.Error.WriteLineAsync($"heliograph: {problem}");
            return Failed;
        }
        catch (Exception error) when (error is StartException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"heliograph: {error.Message}");
            return Failed;
        }
    }

    private static NpgsqlConnectionStringBuilder? ReadConnection(string setting, string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : PostgresConnection.Read($"{nameof(Settings.Registry)}:{setting}", text);

    /// <summary>Where the cluster keeps who is where; null where there is no cluster.</summary>
    private static NpgsqlConnectionStringBuilder? ReadDirectory(Settings settings, NpgsqlConnectionStringBuilder? registry)
    {
        if (!settings.Cluster.IsCluster)
            return null;
        if (registry is null)
            throw new SettingsException([$"{nameof(Settings.Cluster)}:{nameof(ClusterOptions.Brokers)} is for nodes that share a registry: set {nameof(Settings.Registry)}:{nameof(RegistryOptions.Postgres)}, too"]);
        return settings.Cluster.Directory is { } directory
            ? PostgresConnection.Read($"{nameof(Settings.Cluster)}:{nameof(ClusterOptions.Directory)}", directory)
            : registry;
    }

    private static async Task RunAsync(WebApplication app, Settings settings, DataFolder folder, string database, bool printConsoleLink)
    {
        try
        {
            await HeliographService.StartAsync(app, CancellationToken.None, () => folder.EnsureApiKeyAsync(app.Services, settings));
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop before it had started.
            return;
        }
        catch (SocketException error)
        {
            throw new StartException($"can't listen on {settings.Service.Listen}: {error.Message}");
        }
        catch (Exception error) when (error is not IOException && RegistryErrors.IsOfDatabase(error))
        {
            throw new StartException($"{database} can't be used: {RegistryErrors.ReasonOf(error)}");
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        await Welcome.WriteAsync(Console.Out, addresses.First(), settings, folder, printConsoleLink);
        await app.WaitForShutdownAsync();
    }
}
