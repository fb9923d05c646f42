using Heliograph.Protocol;
using Heliograph.Protocol.Routing;
using Heliograph.Server.Connect;
using Heliograph.Server.Relay;

namespace Heliograph.Server.Live.Inspection;

/// <summary>
/// What is seen of one device's sessions while somebody inspects it, on this node or another. Peers only leave a copy here, of so many messages and bytes and no
/// more; what does not fit is counted. Reading and telling is done by the <see cref="Inspector"/>, see <c>DeviceTap.Story.cs</c>.
/// </summary>
internal sealed partial class DeviceTap(string organization, DeviceAddress device, TimeProvider time)
{
    private const int MaxWaiting = 500;
    private const int MaxWaitingBytes = 1024 * 1024;
    private const int MaxContent = 64 * 1024;

    private readonly Lock _capturing = new();
    private readonly Queue<Captured> _captured = new();
    private int _capturedBytes;
    private int _missed;
    private TapEnd? _end;

    /// <summary>Whose device it is.</summary>
    public string Organization { get; } = organization;

    public DeviceAddress Device { get; } = device;

    /// <summary>Why nothing is captured any more; null where it is.</summary>
    public TapEnd? End
    {
        get
        {
            lock (_capturing)
                return _end;
        }
    }

    /// <summary>A peer's message or error, on its way.</summary>
    public void Capture(Peer sender, ChannelId channel, in Envelope envelope)
    {
        var isMessage = envelope.Type == RoutingType.Message;
        var content = isMessage ? envelope.Message : envelope.ErrorCode;
        lock (_capturing)
        {
            var copied = content.Length <= MaxContent ? content.Length : 0;
            if (!HasRoom(copied))
                return;
            _capturedBytes += copied;
            // To the last digit: by it the messages of two nodes are put in order.
            _captured.Enqueue(new(time.GetUtcNow().UtcDateTime, isMessage ? CapturedKind.Message : CapturedKind.Error, sender.Role, ChannelName.Of(channel))
            {
                Size = content.Length,
                Content = copied > 0 ? content.ToArray() : [],
            });
        }
    }

    /// <summary>The sender of a message was told that the other peer is not there.</summary>
    public void CaptureOffline(Peer sender, ChannelId channel) =>
        Add(new(time.GetUtcNow().UtcDateTime, CapturedKind.PeerOffline, sender.Role, ChannelName.Of(channel)));

    /// <summary>The sender of a message was told that there is no such channel for it. Which one it named may be another peer's secret.</summary>
    public void CaptureForeign(Peer sender) =>
        Add(new(time.GetUtcNow().UtcDateTime, CapturedKind.ForeignChannel, sender.Role, sender.Role == Role.Client ? ChannelName.Of(sender.Channel) : null));

    /// <summary>Something that is told of the device elsewhere too.</summary>
    public void Capture(LiveEvent happened)
    {
        // Each of these is captured by itself: here they are told one by one.
        if (happened.Kind != LiveEventKind.PeerOffline)
            Add(new(happened.At, CapturedKind.Event, happened.Sender, happened.Channel) { Event = happened });
    }

    private void Add(in Captured captured)
    {
        lock (_capturing)
        {
            if (HasRoom(0))
                _captured.Enqueue(captured);
        }
    }

    private bool HasRoom(int bytes)
    {
        if (_end is not null)
            return false;
        if (_captured.Count < MaxWaiting && _capturedBytes + bytes <= MaxWaitingBytes)
            return true;
        _missed++;
        return false;
    }

    /// <summary>Takes the next that waits.</summary>
    /// <param name="captured">What it is.</param>
    /// <param name="upTo">Up to when nothing waits any more.</param>
    private bool TryTake(out Captured captured, out DateTime upTo)
    {
        lock (_capturing)
        {
            upTo = time.GetUtcNow().UtcDateTime;
            if (!_captured.TryDequeue(out captured))
                return false;
            upTo = captured.At;
            _capturedBytes -= captured.Content.Length;
            return true;
        }
    }

    private int TakeMissed()
    {
        lock (_capturing)
        {
            var missed = _missed;
            _missed = 0;
            return missed;
        }
    }

    /// <summary>Captures nothing more, and forgets what waits and what was shown.</summary>
    public void Close(TapEnd end)
    {
        lock (_capturing)
        {
            _end ??= end;
            _captured.Clear();
            _capturedBytes = 0;
        }

        HideContent();
    }
}
