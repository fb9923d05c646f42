using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Live.Nodes;
using Heliograph.Server.Registry;
using Heliograph.Server.Relay;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Live.Inspection;

/// <summary>
/// The session inspector: opens a tap on a device when somebody looks, reads what was captured at a pace that no flood can raise, and
/// ends what nobody looks at any more. What other nodes see of the device it asks of them, see <c>Inspector.Nodes.cs</c>.
/// </summary>
internal sealed partial class Inspector : BackgroundService
{
    /// <summary>How often what was captured is read.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a tap stays after the last page has left: a page that is loaded anew finds what was before.</summary>
    private static readonly TimeSpan LingerTime = TimeSpan.FromMinutes(2);

    /// <summary>How long a line waits, at most, until all nodes have told what they saw before it: less than until one counts as silent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>How many taps that nobody looks at stay at most: whoever opens pages and leaves them has no more than this captured.</summary>
    private const int MaxLeftOfOrganization = 50;
    private const int MaxLeft = 500;

    private readonly TapList _taps;
    private readonly RelayHub _hub;
    private readonly LiveFeed _live;
    private readonly INodeBus _bus;
    private readonly IOptions<LiveOptions> _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Inspector> _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<DeviceTap, (int Readers, DateTime LeftAt)> _readers = [];
    private readonly SemaphoreSlim _begun = new(0);

    public Inspector(TapList taps, RelayHub hub, LiveFeed live, INodeBus bus, IOptions<LiveOptions> options, TimeProvider time, ILogger<Inspector> logger)
    {
        (_taps, _hub, _live, _bus, _options, _time, _logger) = (taps, hub, live, bus, options, time, logger);
        ListenToNodes();
    }

    /// <summary>Begins to follow a device, or joins those who do. To be given back by <see cref="Close"/>.</summary>
    public DeviceTap Open(string organization, DeviceAddress device)
    {
        DeviceTap tap;
        TapLook? begun = null;
        lock (_lock)
        {
            tap = GetTap(organization, device);
            if (!_readers.TryGetValue(tap, out var reading))
            {
                tap.BeginLook(begun = new(_time));
                _looks[begun.Id] = tap;
            }

            _readers[tap] = (reading.Readers + 1, default);
        }

        if (begun is not null)
            Ask(tap, begun);
        return tap;
    }

    public void Close(DeviceTap tap)
    {
        var ended = new List<(DeviceTap Tap, TapLook Look)>();
        lock (_lock)
        {
            if (!_readers.TryGetValue(tap, out var reading))
                return;
            _readers[tap] = (reading.Readers - 1, _time.GetUtcNow().UtcDateTime);
            EndMoreThan(MaxLeftOfOrganization, x => x.Organization == tap.Organization, ended);
            EndMoreThan(MaxLeft, _ => true, ended);
        }

        // Not with the lock held: another node may call this one from it.
        foreach (var (left, look) in ended)
            TellOfEnd(left, look);
    }

    /// <summary>Shows what the device's messages contain from now on, for a while: on all nodes.</summary>
    public void ShowContent(Actor actor, DeviceAddress device)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var tap = Open(actor.Organization, device);
        tap.ShowContent(Guid.NewGuid().ToString("N"), now, now + _options.Value.ContentTime);
        _live.Tell(LiveEvent.Of(LiveEventKind.ContentShown, _time.GetUtcMilliseconds(), device) with { Actor = actor, Duration = _options.Value.ContentTime });
        if (tap.Look is { } look)
            Ask(tap, look);
        Close(tap);
    }

    /// <summary>Shows it no longer, on any node.</summary>
    /// <returns>Whether it was shown.</returns>
    public bool HideContent(Actor actor, DeviceAddress device)
    {
        if (_taps.Find(device) is not { } tap || !EndShowing(tap, isForAll: true))
            return false;
        _live.Tell(LiveEvent.Of(LiveEventKind.ContentHidden, _time.GetUtcMilliseconds(), device) with { Actor = actor });
        return true;
    }

    /// <summary>How long the device's contents are shown still; null where they are not.</summary>
    public TimeSpan? ContentLeft(DeviceAddress device) =>
        _taps.Find(device)?.ContentUntil is { } until && until - _time.GetUtcNow().UtcDateTime is var left && left > TimeSpan.Zero ? left : null;

    /// <summary>Ends the taps of devices that are deleted.</summary>
    public void Apply(RegistryChange change)
    {
        if (!change.Deleted)
            return;
        foreach (var tap in _taps.All.Where(x => x.Device.Product == change.Product && (change.Device is null || x.Device.Device == change.Device)))
            End(tap, TapEnd.Deleted);
    }

    public override void Dispose()
    {
        _begun.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                // Where nobody looks, nothing runs.
                await _begun.WaitAsync(stoppingToken);
                using var timer = new PeriodicTimer(Interval);
                while (_taps.Count > 0)
                {
                    await timer.WaitForNextTickAsync(stoppingToken);
                    var others = _bus.Others();
                    foreach (var tap in _taps.All)
                        TryTick(tap, others);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    /// <summary>What one device's peers send must not end this for all, and with it the service.</summary>
    private void TryTick(DeviceTap tap, IReadOnlyList<NodeStatus> others)
    {
        try
        {
            Tick(tap, others);
        }
        catch (Exception error)
        {
            LogFailed(_logger, tap.Device, error);
            End(tap, TapEnd.Failed);
        }
    }

    private void Tick(DeviceTap tap, IReadOnlyList<NodeStatus> others)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        if (tap.ContentUntil <= now)
            EndShowing(tap, isForAll: false);

        var (items, upTo) = tap.Digest();
        Forward(tap, items, upTo, now);
        if (tap.Look is { } look)
        {
            tap.Hold(items);
            tap.Hold(look.Check(others));
            var (allUpTo, isAlone) = (look.UpTo, others.Count == 0);
            tap.Tell(
                isAlone ? DateTime.MaxValue : allUpTo < upTo ? allUpTo : upTo, Patience, _hub.IsDeviceHere(tap.Device) || look.IsDeviceThere, isAlone ? null : _bus.Name);
            if (look.RenewAt <= now)
                Ask(tap, look);
        }

        EndLeft(tap, now);
    }

    private void EndLeft(DeviceTap tap, DateTime now)
    {
        TapLook? ended = null;
        // In one go: a page that comes meanwhile finds it in use, or gone.
        lock (_lock)
        {
            if (_readers.TryGetValue(tap, out var reading) && reading.Readers == 0 && now - reading.LeftAt > LingerTime)
                ended = EndLook(tap);
            if (!_readers.ContainsKey(tap) && !IsLeased(tap))
                EndTap(tap, TapEnd.Left);
        }

        if (ended is not null)
            TellOfEnd(tap, ended);
    }

    /// <summary>Ends those that were left first, of these that nobody looks at. Under the lock.</summary>
    private void EndMoreThan(int most, Func<DeviceTap, bool> isOne, List<(DeviceTap Tap, TapLook Look)> ended)
    {
        foreach (var (tap, _) in _readers.Where(x => x.Value.Readers == 0 && isOne(x.Key)).OrderByDescending(x => x.Value.LeftAt).Skip(most).ToList())
        {
            if (EndLook(tap) is { } look)
                ended.Add((tap, look));
            if (!IsLeased(tap))
                EndTap(tap, TapEnd.Left);
        }
    }

    /// <summary>The device's tap, which is opened where there is none. Under the lock.</summary>
    private DeviceTap GetTap(string organization, DeviceAddress device)
    {
        if (_taps.Find(device) is { } found)
            return found;
        var tap = new DeviceTap(organization, device, _time);
        _taps.Add(tap);
        _hub.SetTap(device, tap);
        _begun.Release();
        return tap;
    }

    /// <summary>Nobody on this node looks any more. Under the lock.</summary>
    private TapLook? EndLook(DeviceTap tap)
    {
        _readers.Remove(tap);
        var look = tap.EndLook();
        if (look is not null)
            _looks.TryRemove(look.Id, out _);
        return look;
    }

    /// <summary>Nothing is captured any more. Under the lock.</summary>
    private void EndTap(DeviceTap tap, TapEnd end)
    {
        _taps.Remove(tap);
        _hub.SetTap(tap.Device, _taps.Find(tap.Device));
        tap.Close(end);
    }

    private void End(DeviceTap tap, TapEnd end)
    {
        TapLook? ended;
        lock (_lock)
        {
            ended = EndLook(tap);
            EndLeases(tap);
            EndTap(tap, end);
        }

        if (ended is not null)
            TellOfEnd(tap, ended);
    }

    [LoggerMessage(LogLevel.Error, "The session inspector failed at device {Device}; it is not followed any longer")]
    private static partial void LogFailed(ILogger logger, DeviceAddress device, Exception error);
}
