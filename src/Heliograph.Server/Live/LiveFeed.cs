using System.Threading.Channels;
using Heliograph.Server.Live.Inspection;
using Heliograph.Server.Registry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Live;

/// <summary>
/// What happens on this node, sorted by organization for those who look. To tell it costs a connect or an end of a connection one
/// object and nobody any waiting; of messages nothing is told.
/// </summary>
internal sealed partial class LiveFeed(
    ProductOwners owners, DeviceHistories histories, TapList taps, LiveMetrics metrics, IOptions<RegistryOptions> registry, ILogger<LiveFeed> logger)
    : BackgroundService
{
    private const int MaxWaiting = 4096;

    /// <summary>Feeds of organizations that nothing happens to make room for others.</summary>
    private const int MaxOrganizations = 1000;

    private readonly Channel<LiveEvent> _told = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Lock _lock = new();
    private readonly RecentlyUsed<string, OrganizationFeed> _feeds = new(MaxOrganizations);

    /// <summary>Tells of an event. Where more is told than can be sorted, it is counted and dropped.</summary>
    public void Tell(LiveEvent happened)
    {
        if (happened.IsDeviceKnown && happened.DeviceAddress is { } device)
            taps.Find(device)?.Capture(happened);
        if (!_told.Writer.TryWrite(happened))
            metrics.EventDropped();
    }

    /// <summary>The feed of an organization.</summary>
    public OrganizationFeed Of(string organization)
    {
        lock (_lock)
            return _feeds.GetOrAdd(organization, static () => new());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var happened in _told.Reader.ReadAllAsync(stoppingToken))
                await TakeAsync(happened, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The service stops, and what it knew goes with it.
        }
    }

    private async Task TakeAsync(LiveEvent happened, CancellationToken cancellationToken)
    {
        try
        {
            var owner = await OwnerOfAsync(happened, cancellationToken);
            if (owner is null && happened is { Product: not null, IsDeviceKnown: true })
                return;
            // Where nothing is known of it, it is for the operator.
            Of(owner ?? registry.Value.OperatorOrganization).Add(happened, isProductKnown: owner is not null);
            histories.Add(happened);
        }
        catch (Exception error) when (RegistryErrors.IsOfDatabase(error))
        {
            // Whose it is can't be found out now. What fails for want of the registry is in the log.
            metrics.EventDropped();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Not to end the service with it: that is what becomes of one that throws in the background.
            LogFailed(logger, error);
        }
    }

    /// <summary>
    /// The organization that an event is for, if there is its product. What callers merely wrote is not looked up, or a stranger could
    /// have the registry asked without end.
    /// </summary>
    private async ValueTask<string?> OwnerOfAsync(LiveEvent happened, CancellationToken cancellationToken) =>
        happened.Product is not { } product ? null
        : happened.IsDeviceKnown ? await owners.FindAsync(product, cancellationToken)
        : owners.FindKnown(product);

    [LoggerMessage(LogLevel.Error, "An event could not be told to the console")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
