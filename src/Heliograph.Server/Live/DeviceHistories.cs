using Heliograph.Protocol;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Live;

/// <summary>
/// The last connects, disconnects and refusals of each device, since the service's start. Refusals are counted apart: anyone can cause
/// them, and they must not push out the rest.
/// </summary>
internal sealed class DeviceHistories(IOptions<LiveOptions> options, TimeProvider time)
{
    /// <summary>How many connects and disconnects are kept of a device.</summary>
    public const int MaxConnections = 20;

    /// <summary>How many different refusals are kept of a device.</summary>
    public const int MaxRefusals = 10;

    private readonly Lock _lock = new();
    private readonly RecentlyUsed<DeviceAddress, History> _histories = new(options.Value.HistoryDevices);

    /// <summary>When it began.</summary>
    public DateTime Since { get; } = time.GetUtcNow().UtcDateTime;

    public void Add(LiveEvent happened)
    {
        if (!happened.IsDeviceKnown || happened.DeviceAddress is not { } device)
            return;

        lock (_lock)
        {
            switch (happened.Kind)
            {
                case LiveEventKind.DeviceConnected or LiveEventKind.DeviceDisconnected:
                    Keep(_histories.GetOrAdd(device, static () => new()).Connections, happened, MaxConnections);
                    break;
                case LiveEventKind.CallRefused or LiveEventKind.IdentityConflict:
                    var refusals = _histories.GetOrAdd(device, static () => new()).Refusals ??= [];
                    var at = refusals.FindIndex(happened.Repeats);
                    var count = at < 0 ? 1 : refusals[at].Count + 1;
                    if (at >= 0)
                        refusals.RemoveAt(at);
                    Keep(refusals, happened with { Count = count }, MaxRefusals);
                    break;
            }
        }
    }

    /// <summary>What is known of a device, newest first.</summary>
    public IReadOnlyList<LiveEvent> Read(DeviceAddress device)
    {
        lock (_lock)
        {
            return _histories.TryGet(device, out var history)
                // The sort is stable: of two within one millisecond, the later one stays in front.
                ? [.. history.Connections.Concat(history.Refusals ?? []).Reverse().OrderByDescending(x => x.At)]
                : [];
        }
    }

    /// <summary>Drops what is known of a device that was deleted.</summary>
    public void Forget(Registry.RegistryChange change)
    {
        if (change is not { Deleted: true, Device: { } device })
            return;
        lock (_lock)
            _histories.Remove(new(change.Product, device));
    }

    private static void Keep(List<LiveEvent> events, LiveEvent happened, int most)
    {
        if (events.Count == most)
            events.RemoveAt(0);
        events.Add(happened);
    }

    private sealed class History
    {
        // One or two are all that most devices ever have.
        public List<LiveEvent> Connections { get; } = new(2);

        public List<LiveEvent>? Refusals { get; set; }
    }
}
