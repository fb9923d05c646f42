using Heliograph.Protocol;

namespace Heliograph.Server.Relay;

internal sealed partial class Peer
{
    private int _endReason;

    /// <summary>Why the connection is ending; none while it is not.</summary>
    public EndReason EndReason => (EndReason)Volatile.Read(ref _endReason);

    public bool IsEnding => EndReason != EndReason.None;

    /// <summary>Begins to send, the first time. Whoever is told that the peer is here may send to it before; that waits until now.</summary>
    public void Open()
    {
        _outbox.Open(Answer is null ? null : OutboundFrame.Handshake(Answer));
        Answer = null;
    }

    /// <summary>Sends a frame. A peer whose outbox is full is ended.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="isExempt">Not counted against the outbox' size.</param>
    /// <returns>Whether the connection took it; if not, the caller still holds the frame.</returns>
    public bool TrySend(in OutboundFrame frame, bool isExempt = false)
    {
        switch (_outbox.TryEnqueue(frame, isExempt))
        {
            case EnqueueResult.Accepted:
                return true;
            case EnqueueResult.Full:
                EndSlow();
                return false;
            default:
                return false;
        }
    }

    /// <summary>Sends a frame of the service's own, which nobody misses if the connection is ending.</summary>
    public void SendOwn(in OutboundFrame frame, bool isExempt = false)
    {
        if (!TrySend(frame, isExempt))
            frame.Return();
    }

    /// <summary>A frame of this peer was taken for the other side, and can't be written any more.</summary>
    public void TellUndelivered(ChannelId channel)
    {
        SendOwn(OutboundFrame.PeerOffline(channel));
        State.Tap?.CaptureOffline(this, channel);
    }

    /// <summary>
    /// Begins the end of the connection: no more frames are taken, a close frame goes out, and the keep-alive cuts a peer that does
    /// not answer it. The first reason counts.
    /// </summary>
    /// <param name="reason">Why.</param>
    /// <param name="answer">The code to answer a peer's own close frame with.</param>
    public void End(EndReason reason, ushort? answer = null)
    {
        if (Interlocked.CompareExchange(ref _endReason, (int)reason, (int)EndReason.None) != (int)EndReason.None)
            return;

        OutboundFrame? close = reason switch
        {
            EndReason.Lost => null,
            EndReason.PeerClosed => OutboundFrame.Close(answer),
            _ => OutboundFrame.Close(reason.Code()),
        };
        var unwritten = _outbox.Close(close, reason.DropsWaiting());
        State?.Undelivered(this, unwritten);
    }

    /// <summary>The peer takes what it is sent too slowly, or not at all.</summary>
    public void EndSlow()
    {
        metrics.OutboxOverflowed();
        End(EndReason.SlowConsumer);
    }

    /// <summary>Tells the senders of what will never be written. Called when the connection is gone.</summary>
    public void ReturnUnwritten() => State.Undelivered(this, _outbox.TakeWaiting());

    /// <summary>Cuts the connection. Called through <see cref="PeerList.Cut"/>, which knows that there still is one.</summary>
    public void Abort() => connection.Abort();
}
