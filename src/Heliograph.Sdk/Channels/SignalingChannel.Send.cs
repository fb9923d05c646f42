using Heliograph.Protocol.Reliability;
using Heliograph.Protocol.Routing;

namespace Heliograph.Sdk;

public sealed partial class SignalingChannel
{
    /// <summary>The most that the routing and reliability layers add to data, with a channel ID of the usual length.</summary>
    private const int OverheadBytes = 256;

    private TaskCompletionSource? _room;
    private byte[]? _farewell;
    private bool _linkIsUp;

    /// <summary>Whether the connection is going to ask for what there is to send.</summary>
    private bool _isQueued;

    /// <summary>How many of the unacknowledged messages the connection has taken.</summary>
    private int _taken;

    /// <summary>The connection below has opened: all that is unacknowledged goes out again, before anything new.</summary>
    internal void LinkOpened()
    {
        lock (_gate)
        {
            _linkIsUp = true;
            Resend();
        }
    }

    /// <summary>The connection below has ended: what is sent from now on waits for the next one.</summary>
    internal void LinkLost()
    {
        lock (_gate)
            _linkIsUp = _isQueued = false;
    }

    /// <summary>
    /// The frames that the connection has not taken yet. It asks for them when it can write: so a message is held once, however slow
    /// the connection is and however often the other peer comes back and is to have all of them again.
    /// </summary>
    internal IEnumerable<byte[]> TakeOutgoing()
    {
        byte[][] messages;
        byte[]? farewell;
        lock (_gate)
        {
            messages = [.. _sender.Unacknowledged.Skip(_taken)];
            farewell = _farewell;
            _taken = _sender.Unacknowledged.Count;
            _isQueued = false;
            if (IsEnded)
            {
                _sender.Clear();
                _farewell = null;
            }
        }

        foreach (var message in messages)
            yield return PeerFrameWriter.Message(Id, message);
        if (farewell is not null)
            yield return farewell;
    }

    /// <summary>The service takes no message of such a size: sent again, it would end the connection again.</summary>
    internal void FailOversized(int bytes)
    {
        lock (_gate)
            _sender.Clear();
        Fail(new(SignalingErrorCodes.InternalError, $"The service takes no message of {bytes} bytes: {nameof(_options.MaxMessageBytes)} is too large."));
    }

    /// <summary>
    /// Acknowledges once more what was received last. The other peer ignores it; but where that peer is gone, the service says so.
    /// </summary>
    internal void Probe()
    {
        lock (_gate)
        {
            if (!IsEnded && _receiver.Last >= 0)
                SendAck(_receiver.Last);
        }
    }

    /// <summary>How large data may be.</summary>
    internal int MaxDataBytes => _options.MaxMessageBytes - OverheadBytes;

    private ValueTask SendAsync(byte[] data, CancellationToken cancellationToken) => data.Length <= MaxDataBytes
        ? SendAsync(() => data, cancellationToken)
        : throw new ArgumentException($"The data has {data.Length} bytes; {nameof(_options.MaxMessageBytes)} allows {MaxDataBytes}.", nameof(data));

    /// <summary>Sends what <paramref name="produce"/> makes once there is room: signatures must be made in the order of sending.</summary>
    internal async ValueTask SendAsync(Func<byte[]> produce, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task room;
            lock (_gate)
            {
                if (IsEnded)
                    throw Error ?? ChannelException.Closed();
                if (_sender.UnacknowledgedBytes < _options.MaxUnacknowledgedBytes)
                {
                    _sender.Add(produce());
                    QueueOutgoing();
                    return;
                }

                _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Resend()
    {
        _taken = 0;
        if (_sender.Unacknowledged.Count > 0 || _farewell is not null)
            QueueOutgoing();
    }

    private void QueueOutgoing()
    {
        if (_linkIsUp && !_isQueued)
            _isQueued = _link.Queue(this);
    }

    private void SendAck(long seq) => _link.Send(PeerFrameWriter.Message(Id, ReliabilityMessage.WriteAck(seq)));

    private void ReleaseWaitingSenders()
    {
        _room?.SetResult();
        _room = null;
    }
}
