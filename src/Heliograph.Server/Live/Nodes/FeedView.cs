using System.Globalization;
using Heliograph.Protocol;

namespace Heliograph.Server.Live.Nodes;

/// <summary>What the other nodes tell of an organization, for the pages on this one that follow it.</summary>
internal sealed class FeedView(string organization, ProductId? product, TimeProvider time)
{
    /// <summary>How many events are kept, of all other nodes.</summary>
    private const int Capacity = 300;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Part> _parts = new(StringComparer.Ordinal);
    private readonly LinkedList<(long Arrival, string Key, LiveEvent Event)> _events = new();
    private TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastArrival = 1;
    private long _lastGap;

    /// <summary>What the others are asked by.</summary>
    public string Look { get; } = Guid.NewGuid().ToString("N");

    public string Organization { get; } = organization;

    public ProductId? Product { get; } = product;

    /// <summary>Pages that follow it.</summary>
    public int Readers { get; set; }

    /// <summary>When the last page left.</summary>
    public DateTime LeftAt { get; set; }

    /// <summary>When the others are asked again.</summary>
    public DateTime RenewAt { get; set; }

    /// <summary>What a node tells.</summary>
    public void Take(string node, FeedNews news)
    {
        lock (_lock)
        {
            if (!_parts.TryGetValue(node, out var part))
                _parts.Add(node, part = new());
            var expected = part.News is { } before && before.Run == news.Run ? before.Number + 1 : 1;
            part.News = news;
            part.HeardAt = time.GetTimestamp();
            foreach (var happened in news.Events.Select(told => NodeEvents.Read(told, node)).OfType<LiveEvent>())
                Add(happened, news.Run);
            if (news.Missed > 0 || news.Number != expected)
                _lastGap = ++_lastArrival;
            (var told, _told) = (_told, new(TaskCreationOptions.RunContinuationsAsynchronously));
            told.SetResult();
        }
    }

    /// <summary>Waits until these nodes have told something, but not for long.</summary>
    public async Task WaitAsync(IReadOnlyList<string> nodes, TimeSpan most, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) is var waited && waited < most)
        {
            Task told;
            lock (_lock)
            {
                if (nodes.All(_parts.ContainsKey))
                    return;
                told = _told.Task;
            }

            try
            {
                await told.WaitAsync(most - waited, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }

    /// <summary>What the others told last, together; and those of these nodes that have told nothing of late.</summary>
    public (FeedSum Sum, IReadOnlyList<string> Silent) Sum(IReadOnlyList<string> nodes)
    {
        lock (_lock)
        {
            var heard = nodes.Where(name => _parts.TryGetValue(name, out var part) && time.GetElapsedTime(part.HeardAt) < NodeTelling.SilenceTime).ToList();
            var news = heard.Select(name => _parts[name].News!).ToList();
            return (
                new(news.Sum(x => x.Devices), news.Sum(x => x.Clients), news.Sum(x => x.Rate ?? 0), [.. news.SelectMany(x => x.Calls)]),
                [.. nodes.Except(heard, StringComparer.Ordinal)]);
        }
    }

    /// <summary>What arrived since, in the order of arrival, each event with a key that is the same when it happens again.</summary>
    public (IReadOnlyList<(string Key, LiveEvent Event)> Events, long LastArrival, bool HasGap) Read(long after)
    {
        lock (_lock)
            return ([.. _events.Where(x => x.Arrival > after).Select(x => (x.Key, x.Event))], _lastArrival, after > 0 && after < _lastGap);
    }

    private void Add(LiveEvent happened, string run)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{happened.Node}/{run}/{happened.FirstId}");
        for (var node = _events.Last; happened.Count > 1 && node is not null; node = node.Previous)
        {
            if (node.Value.Key != key)
                continue;
            _events.Remove(node);
            break;
        }

        _events.AddLast((++_lastArrival, key, happened));
        if (_events.Count <= Capacity)
            return;
        _lastGap = _events.First!.Value.Arrival;
        _events.RemoveFirst();
    }

    private sealed class Part
    {
        public FeedNews? News { get; set; }

        public long HeardAt { get; set; }
    }
}

/// <summary>What other nodes count, together.</summary>
internal sealed record FeedSum(int Devices, int Clients, double Rate, IReadOnlyList<NodeCall> Calls)
{
    /// <summary>How calls went there and here, as <see cref="CallCounts"/> orders them.</summary>
    public IReadOnlyList<(string Call, string? Code, long Count)> CallsWith(IReadOnlyList<(string Call, string? Code, long Count)> own) =>
        Calls.Count == 0
            ? own
            :
            [
                .. own.Concat(Calls.Select(x => (x.Call, x.Code, x.Count)))
                    .GroupBy(x => (x.Call, x.Code))
                    .Select(x => (x.Key.Call, x.Key.Code, Count: x.Sum(y => y.Count)))
                    .OrderBy(x => x.Code is null)
                    .ThenByDescending(x => x.Count)
                    .ThenBy(x => x.Call, StringComparer.Ordinal),
            ];
}
