using Heliograph.Protocol.Reliability;
using Heliograph.Protocol.Routing;

namespace Heliograph.Sdk;

public sealed partial class SignalingChannel
{
    /// <summary>The most that the routing and reliability layers add to data, with a channel ID of the usual length.</summary>
    private const int OverheadBytes = 256;

    private TaskCompletionSource? _room;
    private bool _linkIsUp;

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
            _linkIsUp = false;
    }

    /// <summary>
    /// Acknowledges once more what was received last. The other peer ignores it; but where that peer is gone, the service says so.
    /// </summary>
    internal void Probe()
    {
        lock (_gate)
        {
            if (!IsEnded && _receiver.Last >= 0)
                Transmit(ReliabilityMessage.WriteAck(_receiver.Last));
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
                    var message = _sender.Add(produce());
                    if (_linkIsUp)
                        Transmit(message);
                    return;
                }

                _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room.WaitAsync(cancellationToken);
        }
    }

    private void Resend()
    {
        if (!_linkIsUp)
            return;
        foreach (var message in _sender.Unacknowledged)
            Transmit(message, isResent: true);
    }

    private void Transmit(byte[] message, bool isResent = false) => _link.Send(PeerFrameWriter.Message(Id, message), isResent);

    private void ReleaseWaitingSenders()
    {
        _room?.SetResult();
        _room = null;
    }
}
