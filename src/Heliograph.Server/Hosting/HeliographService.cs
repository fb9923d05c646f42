using System.Text.Json.Serialization;
using Heliograph.Server.Backplane;
using Heliograph.Server.BesideHttp;
using Heliograph.Server.Connect;
using Heliograph.Server.Console;
using Heliograph.Server.Ice;
using Heliograph.Server.Live;
using Heliograph.Server.Live.Inspection;
using Heliograph.Server.Live.Nodes;
using Heliograph.Server.Management;
using Heliograph.Server.Regions;
using Heliograph.Server.Registry;
using Heliograph.Server.Relay;
using Heliograph.Server.Relay.Opening;
using Heliograph.Server.Telemetry;
using Heliograph.Server.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Hosting;

/// <summary>Puts the service together: what there is, and the order in which a request passes it.</summary>
internal static class HeliographService
{
    /// <summary>Builds the service.</summary>
    /// <param name="settings">Settings, read and checked.</param>
    /// <param name="addRegistry">Adds the registry's database provider.</param>
    /// <param name="configure">Whatever else the caller adds or replaces.</param>
    public static WebApplication Build(Settings settings, Action<IServiceCollection> addRegistry, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        KestrelSetup.Configure(builder, settings);
        var hasStarted = false;
        LoggingSetup.Configure(builder.Logging, settings.Logging, () => Volatile.Read(ref hasStarted));
        AddServices(builder.Services, settings);
        addRegistry(builder.Services);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => Volatile.Write(ref hasStarted, true));
        // In this order: once nobody reads the old entry any more, every ticket made from it is covered, and then its connections end.
        var changes = app.Services.GetRequiredService<RegistryChanges>();
        changes.Subscribe(app.Services.GetRequiredService<RegistryLookup>().Forget);
        changes.Subscribe(app.Services.GetRequiredService<Revocations>().Apply);
        changes.Subscribe(app.Services.GetRequiredService<MovedProducts>().Apply);
        changes.Subscribe(app.Services.GetRequiredService<RelayHub>().Apply);
        changes.Subscribe(app.Services.GetRequiredService<DeviceHistories>().Forget);
        changes.Subscribe(app.Services.GetRequiredService<Inspector>().Apply);
        app.Services.GetRequiredService<ActivityRecorder>().CollectFrom(app.Services.GetRequiredService<RelayHub>().CollectUsage);
        app.Services.GetRequiredService<MetricsCollector>();
        // Its gauge is 0 before the first call, not missing.
        app.Services.GetRequiredService<ConnectQueues>();
        // Before the node joins the others: they listen to what those tell.
        app.Services.GetRequiredService<FeedTeller>();
        app.Services.GetRequiredService<ClusterFeeds>();
        app.Services.GetRequiredService<DeviceQuestions>();
        Pipe(app, settings);
        return app;
    }

    /// <summary>Makes the registry ready and starts to listen.</summary>
    /// <param name="app">The service.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="prepare">What else is to be made once, by the first node that starts.</param>
    public static async Task StartAsync(WebApplication app, CancellationToken cancellationToken, Func<Task>? prepare = null)
    {
        var registry = app.Services.GetRequiredService<IRegistryDatabase>();
        await using (await registry.EnterStartAsync(cancellationToken))
        {
            await registry.PrepareAsync(cancellationToken);
            // The first ticket would make the first key, on each node one of its own that the others don't know yet.
            app.Services.GetRequiredService<TicketProtector>().MakeReady();
            if (prepare is not null)
                await prepare();
        }

        await app.Services.GetRequiredService<Revocations>().LoadAsync(cancellationToken);
        await app.Services.GetRequiredService<MovedProducts>().LoadAsync(cancellationToken);
        await app.Services.GetRequiredService<IBackplane>().JoinAsync(app.Services.GetRequiredService<RelayHub>(), cancellationToken);
        await app.StartAsync(cancellationToken);
    }

    private static void AddServices(IServiceCollection services, Settings settings)
    {
        foreach (var (_, options, _) in settings.Sections)
            services.AddSingleton(typeof(IOptions<>).MakeGenericType(options.GetType()), Wrap(options));
        services.TryAddSingleton(TimeProvider.System);
        services.AddRoutingCore();
        services.AddMetrics();
        services.AddCors(ConnectCors.Configure);
        services.Configure<ForwardedHeadersOptions>(options => ForwardedHeadersSetup.Configure(options, settings.Service));
        services.Configure<HostOptions>(options =>
            options.ShutdownTimeout = settings.Relay.DrainTime + settings.Relay.CloseTimeout + TimeSpan.FromSeconds(10));
        services.AddOpenApi("v1", ApiDescription.Configure);
        // For the document alone: without it, it says that numbers may be texts.
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);

        // The framework's own choice takes three times as long on Linux. A key keeps what it was made with.
        services.AddDataProtection().SetApplicationName("heliograph")
            .UseCryptographicAlgorithms(new() { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
        services.AddSingleton<DataProtectionKeyStore>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            options => options.XmlRepository = provider.GetRequiredService<DataProtectionKeyStore>()));

        services.AddSingleton<RegistryChanges>();
        services.AddSingleton<RegistryFreshness>();
        services.AddSingleton<RegistryHealth>();
        services.AddSingleton<RegistryLookup>();
        services.AddSingleton<Revocations>();
        services.AddSingleton<ProductStore>();
        services.AddSingleton<DeviceStore>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<ApiKeyRules>();
        services.AddSingleton<UsageStore>();
        services.AddSingleton<AuditLog>();
        services.AddHosted<RegistryPruning>();
        services.AddSingleton<KeyFinder>();
        services.AddSingleton<KeyUses>();
        services.AddSingleton<TurnUsageStore>();
        services.AddHosted<ActivityRecorder>();

        services.AddSingleton<TokenValidator>();
        services.AddSingleton<IceServers>();
        services.AddHosted<IceCheck>();
        services.AddSingleton<TurnMetrics>();
        services.AddSingleton<TurnUsageEndpoint>();

        services.AddSingleton<PeerAuthenticator>();
        services.AddSingleton<TokenVerdicts>();
        services.AddSingleton<TicketProtector>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<ConnectQueues>();
        services.AddSingleton<ServiceUrl>();
        services.AddSingleton<ConnectMetrics>();
        services.AddSingleton<ConnectTelemetry>();
        services.AddSingleton<ConnectCalls>();
        services.AddSingleton<ConnectEndpoints>();
        services.AddSingleton<IShortcut, ConnectShortcut>();

        services.AddSingleton<InProcessNetwork>();
        services.AddSingleton<InProcessBackplane>();
        services.AddSingleton<IBackplane>(provider => provider.GetRequiredService<InProcessBackplane>());
        services.AddSingleton<INodeBus>(provider => provider.GetRequiredService<InProcessBackplane>());
        services.AddHostedService<BackplaneLifetime>();

        services.AddSingleton<RegionDirectory>();
        services.AddSingleton<ForwardedCallProtector>();
        services.AddSingleton<RegionMetrics>();
        services.AddSingleton<RegionClient>();
        services.AddSingleton<RegionForwarder>();
        services.AddSingleton<Homes>();
        services.AddSingleton<MovedProducts>();
        services.AddSingleton<SignalingTunnels>();
        services.AddHosted<MoveWatch>();
        services.AddHosted<RegionCheck>();

        services.AddSingleton<PeerList>();
        services.AddSingleton<ConnectedCounts>();
        services.AddSingleton<TakeoverLimiter>();
        services.AddSingleton<RelayMetrics>();
        services.AddSingleton<RelayTraffic>();
        services.AddSingleton<RelayHub>();
        services.AddSingleton<IPresence>(provider => provider.GetRequiredService<RelayHub>());
        services.AddSingleton<Router>();
        services.AddSingleton<PeerRun>();
        services.AddSingleton<TicketCheck>();
        services.AddSingleton<ForwardedAddress>();
        services.AddSingleton<SignalingEndpoint>();
        services.AddSingleton<IShortcut, SignalingUpgrade>();
        services.AddSingleton<Shortcuts>();
        services.AddHosted<KeepAlive>();
        services.AddHosted<Drain>();
        // Behind the two, and so stopped before them: they end the connections that the stop waits for.
        services.AddHosted<OpenSockets>();

        services.AddSingleton<LiveMetrics>();
        services.AddSingleton<ProductOwners>();
        services.AddSingleton<DeviceHistories>();
        services.AddHosted<LiveFeed>();
        services.AddSingleton<LiveNumbers>();
        services.AddSingleton<TapList>();
        services.AddHosted<Inspector>();
        services.AddHosted<FeedTeller>();
        services.AddHosted<ClusterFeeds>();
        services.AddSingleton<DeviceQuestions>();

        services.AddConsole(settings.Console, settings.OpenId);

        services.AddSingleton<MetricsCollector>();
        services.AddSingleton<RegistryProbe>();
        services.AddSingleton<OperatorEndpoints>();
        services.AddHosted<OtlpExport>();
    }

    private static void Pipe(WebApplication app, Settings settings)
    {
        // The framework takes an empty list of proxies for leave to believe everyone.
        if (settings.Service.TrustedProxies.Count > 0)
            app.UseForwardedHeaders();
        app.UseMiddleware<ErrorAnswers>();
        if (settings.Regions.Known.Count > 0)
            app.UseMiddleware<ForwardedCalls>();
        app.Use(JoinSlashes);
        app.UseRouting();
        app.UseCors();
        ConsoleSetup.Use(app, settings.Console);
        ConnectEndpoints.Map(app);
        SignalingEndpoint.Map(app);
        ManagementApi.Map(app);
        TurnUsageEndpoint.Map(app);
        OperatorEndpoints.Map(app);
        ConsoleSetup.Map(app, settings.Console, settings.OpenId);
        app.MapOpenApi("/openapi/{documentName}.json").ExcludeFromDescription();
    }

    /// <summary>SDKs put paths behind the endpoint URL as it was given to them: with a slash at its end, two begin the path.</summary>
    private static Task JoinSlashes(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path.Value is ['/', '/', ..] path)
            http.Request.Path = "/" + path.TrimStart('/');
        return next(http);
    }

    private static void AddHosted<T>(this IServiceCollection services) where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(provider => provider.GetRequiredService<T>());
    }

    private static object Wrap(object options) =>
        Activator.CreateInstance(typeof(OptionsWrapper<>).MakeGenericType(options.GetType()), options)!;
}
