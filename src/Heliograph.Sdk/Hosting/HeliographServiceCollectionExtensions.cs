using System.Diagnostics.CodeAnalysis;
using Heliograph.Sdk;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a device to a host.</summary>
public static class HeliographServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="SignalingDevice"/> that connects when the host starts, and is closed when it stops. The host's logging and
    /// <see cref="TimeProvider"/> are used where the options name none. Called several times, it adds several devices.
    /// </summary>
    /// <typeparam name="THandler">Handles the channels that clients open.</typeparam>
    /// <param name="services">The host's services.</param>
    /// <param name="createOptions">Makes the options. An <see cref="ArgumentException"/> of wrong ones ends the host's start.</param>
    public static IServiceCollection AddHeliographDevice<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IServiceCollection services, Func<IServiceProvider, SignalingDeviceOptions> createOptions)
        where THandler : class, IChannelHandler
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(createOptions);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddScoped<THandler>();
        // A key of its own ties each hosted service to its device: there may be several of both.
        var key = new object();
        services.AddKeyedSingleton(key, (provider, _) => new SignalingDevice(Complete(createOptions(provider), provider)));
        services.AddSingleton(provider => provider.GetRequiredKeyedService<SignalingDevice>(key));
        services.AddSingleton<IHostedService>(provider => new DeviceService<THandler>(
            provider.GetRequiredKeyedService<SignalingDevice>(key), provider.GetRequiredService<IServiceScopeFactory>()));
        return services;
    }

    private static SignalingDeviceOptions Complete(SignalingDeviceOptions options, IServiceProvider provider) => options with
    {
        LoggerFactory = options.LoggerFactory ?? provider.GetService<ILoggerFactory>(),
        TimeProvider = options.TimeProvider == TimeProvider.System ? provider.GetRequiredService<TimeProvider>() : options.TimeProvider,
    };
}
