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
            await device.RunAsync(HandleAsync, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Handlers end first, each closing its channel; then the device leaves the service.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await device.DisposeAsync();
    }

    private async Task HandleAsync(SignalingChannel channel, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(device, channel, cancellationToken);
    }
}
