using System.Runtime.InteropServices;
using Heliograph.Registry.Sqlite;
using Heliograph.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Heliograph;

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
            await using var app = HeliographService.Build(settings, services => SqliteRegistry.Add(services, folder.DatabaseFile));
            return await RunAsync(app, settings, folder, arguments.PrintTryLink);
        }
        catch (SettingsException error)
        {
            foreach (var problem in error.Problems)
                await Console.Error.WriteLineAsync($"heliograph: {problem}");
            return Failed;
        }
        catch (Exception error) when (error is StartException or IOException or UnauthorizedAccessException
            or System.Data.Common.DbException or System.Security.Cryptography.CryptographicException)
        {
            await Console.Error.WriteLineAsync($"heliograph: {error.Message}");
            return Failed;
        }
    }

    private static async Task<int> RunAsync(WebApplication app, Settings settings, DataFolder folder, bool printTryLink)
    {
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);

        await HeliographService.StartAsync(app, CancellationToken.None);
        await folder.EnsureApiKeyAsync(app.Services, settings);
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        await Welcome.WriteAsync(Console.Out, addresses.First(), settings, folder, printTryLink);

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStopping.Register(stopped.SetResult))
            await stopped.Task;
        await app.StopAsync();
        return Succeeded;

        void OnSignal(PosixSignalContext signal)
        {
            // The first one stops the service in order; a second one gets the default: the end, at once.
            if (lifetime.ApplicationStopping.IsCancellationRequested)
                return;
            signal.Cancel = true;
            lifetime.StopApplication();
        }
    }
}
