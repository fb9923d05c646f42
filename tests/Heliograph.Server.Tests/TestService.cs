using System.Collections.Concurrent;
using Heliograph.Registry.Postgres;
using Heliograph.Registry.Sqlite;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Heliograph.Server.Tests.Registry.Postgres;
using Heliograph.Server.Tests.OnFrameworkTransport;
using Heliograph.Server.Tests.OverHttp;
using Heliograph.Server.Tests.OverTls;
using Heliograph.Server.Transport;
using Heliograph.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Tests;

/// <summary>
/// A whole service in the test's process: real sockets on a free port, a real database of its own: a file in a folder, or one in PostgreSQL for
/// classes that say <see cref="OnPostgresAttribute"/>. It answers beside HTTP, but for classes that say <see cref="OverHttpAttribute"/>, on our transport, but for
/// those that say <see cref="OnFrameworkTransportAttribute"/>, and without TLS, but for those that say <see cref="OverTlsAttribute"/>. An unexpected Error in its
/// log fails the test when the service is disposed.
/// </summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly string? _postgres;
    private readonly ErrorLog _errors;
    private bool _ownsFolder;
    private bool _isStopped;

    private TestService(WebApplication app, DirectoryInfo folder, string? postgres, bool ownsFolder, ErrorLog errors, ApiClient api)
    {
        App = app;
        _folder = folder;
        _postgres = postgres;
        _ownsFolder = ownsFolder;
        _errors = errors;
        Api = api;
    }

    public WebApplication App { get; }

    /// <summary>Calls the service with a manage key of the operator's organization.</summary>
    public ApiClient Api { get; }

    public string BaseUrl => Api.BaseUrl;

    /// <summary>All log lines so far.</summary>
    public IEnumerable<string> Log => _errors.Lines;

    /// <summary>Starts a service.</summary>
    /// <param name="configure">Changes the settings.</param>
    /// <param name="folder">The data folder of a service that ran before; a new one where null.</param>
    /// <param name="build">Changes what the service is made of.</param>
    /// <param name="postgres">The connection string of the database in PostgreSQL; where null, what the test's class says.</param>
    /// <param name="replica">The connection string of its read replica.</param>
    public static async Task<TestService> StartAsync(
        Action<Settings>? configure = null, DirectoryInfo? folder = null, Action<WebApplicationBuilder>? build = null, string? postgres = null,
        string? replica = null)
    {
        var settings = Settings.Defaults;
        settings.Service.Listen = "http://127.0.0.1:0";
        // A test is not a flood; those about floods set limits of their own.
        settings.RateLimits.PerAddress = settings.RateLimits.PerAddressBurst = 1_000_000;
        settings.RateLimits.PerProduct = settings.RateLimits.PerProductBurst = 1_000_000;
        settings.Console.TriesPerAddress = settings.Console.TriesOfStrangers = 1_000_000;
        settings.Relay.DrainTime = TimeSpan.Zero;
        settings.Logging.Level = LogLevel.Debug;
        var own = folder ?? Directory.CreateTempSubdirectory("heliograph-test-");
        if (OverHttpAttribute.IsOnClass)
            settings.Service.BesideHttp = false;
        if (OverTlsAttribute.IsOnClass)
        {
            settings.Service.Listen = "https://127.0.0.1:0";
            (settings.Service.CertificateFile, settings.Service.CertificateKeyFile) = TestCertificate.Write(own);
        }

        configure?.Invoke(settings);
        if (postgres is null && OnPostgresAttribute.IsOnClass)
            postgres = await PostgresFixture.CreateDatabaseAsync();
        var errors = new ErrorLog();
        var app = HeliographService.Build(
            settings,
            services =>
            {
                if (postgres is null)
                    SqliteRegistry.Add(services, Path.Combine(own.FullName, "heliograph.db"));
                else
                    PostgresRegistry.Add(services, PostgresConnection.Read("postgres", postgres), replica is null ? null : PostgresConnection.Read("replica", replica));
            },
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(errors);
                if (OnFrameworkTransportAttribute.IsOnClass)
                    builder.Services.Remove(builder.Services.Single(x => x.ImplementationType == typeof(SocketTransport)));
                build?.Invoke(builder);
            });
        await HeliographService.StartAsync(app, CancellationToken.None);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var organization = settings.Registry.OperatorOrganization;
        var key = await app.Services.GetRequiredService<ApiKeyStore>().CreateAsync(
            Actor.Service(organization), organization, "test", [ApiKeyStore.Read, ApiKeyStore.Manage], null, CancellationToken.None);
        return new(app, own, postgres, folder is null, errors, new(address, key.Key));
    }

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>Stops the service and starts another one on the same data folder, at a new address. The folder is the new one's to delete.</summary>
    public async Task<TestService> RestartAsync(Action<Settings>? configure = null, Action<WebApplicationBuilder>? build = null)
    {
        await StopAsync();
        var next = await StartAsync(configure, _folder, build, _postgres);
        (next._ownsFolder, _ownsFolder) = (_ownsFolder, false);
        return next;
    }

    /// <summary>Says that the log may have Errors which contain this text.</summary>
    public void ExpectError(string text) => _errors.Expected.Add(text);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownsFolder)
            _folder.Delete(recursive: true);
        _errors.Unexpected.ShouldBeEmpty();
    }

    /// <summary>Stops the service, as a signal does.</summary>
    public async Task StopAsync()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        Api.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    private sealed class ErrorLog : ILoggerProvider
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ConcurrentBag<string> Expected { get; } = [];

        private ConcurrentQueue<string> Errors { get; } = new();

        public IEnumerable<string> Unexpected => Errors.Where(error => !Expected.Any(error.Contains));

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void Dispose()
        {
            // Nothing is held.
        }

        private sealed class Logger(ErrorLog log, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var line = $"{logLevel} {category}: {formatter(state, exception)} {exception}";
                log.Lines.Enqueue(line);
                if (logLevel >= LogLevel.Error)
                    log.Errors.Enqueue(line);
            }
        }
    }
}
