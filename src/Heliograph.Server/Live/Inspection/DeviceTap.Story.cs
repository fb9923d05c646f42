using Heliograph.Server.Connect;

namespace Heliograph.Server.Live.Inspection;

// What has been read of what was captured. Written by the inspector alone, read by the pages that follow the device.
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

    private readonly Lock _telling = new();
    private readonly Queue<InspectorEntry> _entries = new();
    private readonly Queue<(long Id, string Text)> _contents = new();
    private readonly RecentlyUsed<string, ChannelProgress> _channels = new(MaxChannels);
    private int _contentLength;
    private long _lastId;
    private DateTime? _contentFrom;
    private DateTime? _contentUntil;

    /// <summary>Until when contents are shown; null where they are not.</summary>
    public DateTime? ContentUntil
    {
        get
        {
            lock (_telling)
                return _contentUntil;
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

    /// <summary>Shows contents of messages that are sent from now on: not of those that wait to be read, which nobody had asked for.</summary>
    public void ShowContent(DateTime now, DateTime until)
    {
        lock (_telling)
        {
            _contentFrom ??= now;
            _contentUntil = until;
        }
    }

    /// <summary>Shows them no longer, and forgets them.</summary>
    public void HideContent()
    {
        lock (_telling)
        {
            _contentFrom = _contentUntil = null;
            _contents.Clear();
            _contentLength = 0;
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
    /// <param name="isDeviceHere">Whether the device is connected now.</param>
    public void Digest(bool isDeviceHere)
    {
        for (var i = 0; i < BatchSize && TryTake(out var captured); i++)
        {
            if (captured.Kind == CapturedKind.Event)
                Tell(captured.At, captured.Channel, StoryWords.OfEvent(captured.Event!, isDeviceHere));
            else
                TellMessage(captured);
        }

        var missed = TakeMissed();
        if (missed > 0)
            Tell(Registry.RegistryTime.GetUtcMilliseconds(time), null, StoryWords.OfMissed(missed));
    }

    private void TellMessage(in Captured captured)
    {
        if (captured.Kind is CapturedKind.PeerOffline or CapturedKind.ForeignChannel)
        {
            var line = captured.Kind == CapturedKind.PeerOffline ? StoryWords.OfOffline(captured.Sender) : StoryWords.OfForeign(captured.Sender);
            Tell(captured.At, captured.Channel, line);
            return;
        }

        var reading = captured.Kind == CapturedKind.Message ? MessageReading.Of(captured) : MessageReading.OfError(captured);
        var isAgain = reading.Seq is { } seq && ProgressOf(captured.Channel!).IsAgain(captured.Sender, seq);
        Tell(captured.At, captured.Channel, StoryWords.OfMessage(captured, reading, isAgain), reading);
    }

    private void Tell(DateTime at, string? channel, StoryLine line, MessageReading? reading = null)
    {
        double? sinceLast = null;
        if (channel is not null)
        {
            var progress = ProgressOf(channel);
            sinceLast = progress.Last is { } last ? Math.Max(0, (at - last).TotalMilliseconds) : null;
            progress.Last = at;
        }

        lock (_telling)
        {
            var id = ++_lastId;
            _entries.Enqueue(new(id, at, channel, line.From, line.Kind, line.Text, reading?.Layers, reading?.Size, sinceLast, line.Tone));
            if (_entries.Count > MaxEntries)
                _entries.Dequeue();
            if (_contentFrom <= at && at < _contentUntil && reading is not null && ContentText.Of(reading) is { } content)
                Keep(id, content);
        }
    }

    private void Keep(long id, string content)
    {
        _contents.Enqueue((id, content));
        _contentLength += content.Length;
        while (_contentLength > MaxContentKept)
            _contentLength -= _contents.Dequeue().Text.Length;
    }

    private ChannelProgress ProgressOf(string channel) => _channels.GetOrAdd(channel, static () => new());

    private sealed class ChannelProgress
    {
        private long _fromClient = -1;
        private long _fromDevice = -1;

        /// <summary>When something was last seen of it.</summary>
        public DateTime? Last { get; set; }

        /// <summary>Whether DATA with this number has been seen before.</summary>
        public bool IsAgain(Role sender, long seq)
        {
            ref var highest = ref sender == Role.Client ? ref _fromClient : ref _fromDevice;
            var isAgain = seq <= highest;
            highest = Math.Max(highest, seq);
            return isAgain;
        }
    }
}
