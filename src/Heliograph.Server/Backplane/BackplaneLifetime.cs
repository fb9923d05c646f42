using Microsoft.Extensions.Hosting;

namespace Heliograph.Server.Backplane;

/// <summary>Leaves the cluster at the very end of the service, when the last connection has ended.</summary>
internal sealed class BackplaneLifetime(IBackplane backplane) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => backplane.LeaveAsync(cancellationToken).AsTask();
}
