using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Heliograph.Sdk;

/// <summary>Runs a device in a host.</summary>
internal sealed class DeviceService<THandler>(SignalingDevice device, IServiceScopeFactory scopes) : BackgroundService
    where THandler : class, IChannelHandler
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await device.RunAsync(HandleAsync, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Handlers end first, each closing its channel; then the device leaves the service.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await device.DisposeAsync().ConfigureAwait(false);
    }

    private async Task HandleAsync(SignalingChannel channel, CancellationToken cancellationToken)
    {
        var scope = scopes.CreateAsyncScope();
        await using var scopeEnd = scope.ConfigureAwait(false);
        await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(device, channel, cancellationToken).ConfigureAwait(false);
    }
}
