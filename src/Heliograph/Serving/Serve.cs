using System.Data.Common;
using Heliograph.Registry.Sqlite;
using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

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
            using var folder = DataFolder.Open(settings.Service.Data);
            await using var app = HeliographService.Build(
                settings,
                services => SqliteRegistry.Add(services, folder.DatabaseFile),
                builder => builder.Services.AddSingleton<IHostLifetime, SignalLifetime>());
            await RunAsync(app, settings, folder, arguments.PrintConsoleLink);
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

    private static async Task RunAsync(WebApplication app, Settings settings, DataFolder folder, bool printConsoleLink)
    {
        try
        {
            await HeliographService.StartAsync(app, CancellationToken.None);
            await folder.EnsureApiKeyAsync(app.Services, settings);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop before it had started.
            return;
        }
        catch (Exception error) when (error is DbException or DbUpdateException)
        {
            throw new StartException($"the database '{folder.DatabaseFile}' can't be used: {error.GetBaseException().Message}");
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        await Welcome.WriteAsync(Console.Out, addresses.First(), settings, folder, printConsoleLink);
        await app.WaitForShutdownAsync();
    }
}
