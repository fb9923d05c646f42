namespace Heliograph.Server.Live.Inspection;

// What has been read of what was captured, here and on other nodes. Written by the inspector alone, read by the pages that follow the device.
internal sealed partial class DeviceTap
{
    /// <summary>How many lines are kept.</summary>
    public const int MaxEntries = 500;

    /// <summary>How much is read at a time: what a flood may cost.</summary>
    private const int BatchSize = 100;

    /// <summary>How many characters of contents are kept while they are shown.</summary>
    private const int MaxContentKept = 1024 * 1024;

    /// <summary>Of how many channels it is remembered what was last.</summary>
    private const int MaxChannels = 500;

    /// <summary>How much may wait for its place among what other nodes tell.</summary>
    private const int MaxHeld = 2000;

    private readonly Lock _telling = new();
    private readonly List<Held> _held = [];
    private readonly Dictionary<string, DateTime> _lastOf = new(StringComparer.Ordinal);
    private readonly Queue<InspectorEntry> _entries = new();
    private readonly Queue<(long Id, string Text)> _contents = new();
    private RecentlyUsed<string, ChannelProgress> _channels = new(MaxChannels);
    private TapLook? _look;
    private int _contentLength;
    private int _notHeld;
    private long _lastHeld;
    private long _lastId;
    private string? _showing;
    private DateTime? _contentFrom;
    private DateTime? _contentUntil;

    /// <summary>Who looks on this node; null where only others do.</summary>
    public TapLook? Look
    {
        get
        {
            lock (_telling)
                return _look;
        }
    }

    /// <summary>Until when contents are shown; null where they are not.</summary>
    public DateTime? ContentUntil
    {
        get
        {
            lock (_telling)
                return _contentUntil;
        }
    }

    /// <summary>Which showing of contents is on, and until when; null where none is.</summary>
    public (string Id, DateTime Until)? Showing
    {
        get
        {
            lock (_telling)
                return _showing is { } showing && _contentUntil is { } until ? (showing, until) : null;
        }
    }

    /// <summary>The number of the newest line.</summary>
    public long LastId
    {
        get
        {
            lock (_telling)
                return _lastId;
        }
    }

    /// <summary>Somebody on this node looks from now on: a story begins.</summary>
    public void BeginLook(TapLook look)
    {
        lock (_telling)
            _look = look;
    }

    /// <summary>Nobody on this node looks any more: the story is forgotten.</summary>
    /// <returns>Who looked.</returns>
    public TapLook? EndLook()
    {
        lock (_telling)
        {
            var look = _look;
            _look = null;
            _held.Clear();
            _lastOf.Clear();
            _entries.Clear();
            _contents.Clear();
            _contentLength = 0;
            _channels = new(MaxChannels);
            return look;
        }
    }

    /// <summary>Shows contents of messages that are sent from now on: not of those that wait to be read, which nobody had asked for.</summary>
    /// <param name="showing">Which showing it is: known to all nodes by this.</param>
    /// <param name="now">From when.</param>
    /// <param name="until">Until when.</param>
    public void ShowContent(string showing, DateTime now, DateTime until)
    {
        lock (_telling)
        {
            _showing = showing;
            _contentFrom ??= now;
            _contentUntil = until;
        }
    }

    /// <summary>Shows them no longer, and forgets them.</summary>
    /// <returns>The showing that is ended; null where there was none.</returns>
    public string? HideContent()
    {
        lock (_telling)
        {
            var showing = _showing;
            _showing = null;
            _contentFrom = _contentUntil = null;
            _contents.Clear();
            _contentLength = 0;
            foreach (var held in _held)
                held.Item.Content = null;
            return showing;
        }
    }

    /// <summary>Lines since, oldest first, with their contents where those are shown and may be seen.</summary>
    /// <param name="after">The number of the last line that the reader has; 0 for none.</param>
    /// <param name="withContent">Whether the reader may see contents.</param>
    public IReadOnlyList<(InspectorEntry Entry, string? Content)> Read(long after, bool withContent)
    {
        lock (_telling)
        {
            if (after >= _lastId)
                return [];
            var contents = withContent ? _contents.Where(x => x.Id > after).ToDictionary(x => x.Id, x => x.Text) : [];
            return [.. _entries.Where(x => x.Id > after).Select(x => (x, contents.GetValueOrDefault(x.Id)))];
        }
    }

    /// <summary>Reads some of what waits.</summary>
    /// <returns>What was read, and up to when nothing waits any more.</returns>
    public (IReadOnlyList<StoryItem> Items, DateTime UpTo) Digest()
    {
        var items = new List<StoryItem>();
        DateTime upTo = default;
        for (var i = 0; i < BatchSize && TryTake(out var captured, out upTo); i++)
            items.Add(Read(captured));

        var missed = TakeMissed();
        if (missed > 0)
            items.Add(new(Registry.RegistryTime.GetUtcMilliseconds(time), null) { Line = StoryWords.OfMissed(missed) });
        return (items, upTo);
    }

    /// <summary>Takes what was read, here or elsewhere, for the story. What is of one node stays in its order.</summary>
    public void Hold(IReadOnlyList<StoryItem> items)
    {
        lock (_telling)
        {
            foreach (var item in items)
            {
                if (_look is null || _held.Count >= MaxHeld)
                {
                    _notHeld++;
                    continue;
                }

                var source = item.Node ?? "";
                var at = _lastOf.TryGetValue(source, out var last) && last > item.At ? last : item.At;
                _lastOf[source] = at;
                _held.Add(new(item, at, ++_lastHeld, time.GetTimestamp()));
            }
        }
    }

    /// <summary>Tells what happened up to a time, in the order of time.</summary>
    /// <param name="upTo">Up to when all nodes have told what they saw.</param>
    /// <param name="patience">The longest that something waits for it.</param>
    /// <param name="isDeviceConnected">Whether the device is, on whatever node.</param>
    /// <param name="node">What this node is called, where there are others.</param>
    public void Tell(DateTime upTo, TimeSpan patience, bool isDeviceConnected, string? node)
    {
        lock (_telling)
        {
            var ripe = _held.Where(x => x.At <= upTo || time.GetElapsedTime(x.Arrived) >= patience).Select(x => (x.At, x.Order)).DefaultIfEmpty().Max();
            foreach (var held in _held.Where(x => (x.At, x.Order).CompareTo(ripe) <= 0).OrderBy(x => x.At).ThenBy(x => x.Order))
                Tell(held.Item, isDeviceConnected, node);
            _held.RemoveAll(x => (x.At, x.Order).CompareTo(ripe) <= 0);
            if (_notHeld > 0)
                Tell(new StoryItem(Registry.RegistryTime.GetUtcMilliseconds(time), null) { Line = StoryWords.OfMissed(_notHeld) }, isDeviceConnected, node);
            _notHeld = 0;
        }
    }

    private StoryItem Read(in Captured captured)
    {
        if (captured.Kind == CapturedKind.Event)
            return new(captured.At, captured.Channel) { Event = captured.Event };
        if (captured.Kind is CapturedKind.PeerOffline or CapturedKind.ForeignChannel)
        {
            var line = captured.Kind == CapturedKind.PeerOffline ? StoryWords.OfOffline(captured.Sender) : StoryWords.OfForeign(captured.Sender);
            return new(captured.At, captured.Channel) { Line = line };
        }

        var reading = captured.Kind == CapturedKind.Message ? MessageReading.Of(captured) : MessageReading.OfError(captured);
        return new(captured.At, captured.Channel)
        {
            Line = StoryWords.OfMessage(captured, reading),
            Layers = reading.Layers,
            Size = reading.Size,
            Seq = reading.Seq,
            Content = IsShownAt(captured.At) ? ContentText.Of(reading) : null,
        };
    }

    private bool IsShownAt(DateTime at)
    {
        lock (_telling)
            return _contentFrom <= at && at < _contentUntil;
    }

    private void Tell(StoryItem item, bool isDeviceConnected, string? node)
    {
        var line = item.Event is { } happened ? StoryWords.OfEvent(happened, isDeviceConnected) : item.Line!;
        double? sinceLast = null;
        if (item.Channel is { } channel)
        {
            var progress = _channels.GetOrAdd(channel, static () => new());
            sinceLast = progress.Last is { } last ? Math.Max(0, (item.At - last).TotalMilliseconds) : null;
            progress.Last = item.At;
            if (item.Seq is { } seq && progress.IsAgain(line.From, seq))
                line = StoryWords.Again(line);
        }

        var id = ++_lastId;
        _entries.Enqueue(new(id, item.At, item.Channel, line.From, line.Kind, line.Text, item.Layers, item.Size, sinceLast, line.Tone, item.Node ?? node));
        if (_entries.Count > MaxEntries)
            _entries.Dequeue();
        if (_contentUntil is not null && item.Content is { } content)
            Keep(id, content);
    }

    private void Keep(long id, string content)
    {
        _contents.Enqueue((id, content));
        _contentLength += content.Length;
        while (_contentLength > MaxContentKept)
            _contentLength -= _contents.Dequeue().Text.Length;
    }

    /// <summary>Something that waits for its place.</summary>
    private sealed record Held(StoryItem Item, DateTime At, long Order, long Arrived);

    private sealed class ChannelProgress
    {
        private long _fromClient = -1;
        private long _fromDevice = -1;

        /// <summary>When something was last seen of it.</summary>
        public DateTime? Last { get; set; }

        /// <summary>Whether DATA with this number has been seen before.</summary>
        public bool IsAgain(string sender, long seq)
        {
            ref var highest = ref sender == "client" ? ref _fromClient : ref _fromDevice;
            var isAgain = seq <= highest;
            highest = Math.Max(highest, seq);
            return isAgain;
        }
    }
}
