using System.Runtime.InteropServices;
using System.Text.Json;
using Heliograph.Protocol.Reliability;
using Heliograph.Protocol.Routing;

namespace Heliograph.Sdk;

public sealed partial class SignalingChannel
{
    /// <summary>What a message holds in memory besides its bytes: counted, lest a flood of tiny ones fills many times the limit.</summary>
    private const int UnreadOverheadBytes = 512;

    private long _unreadBytes;

    /// <summary>A frame has come for this channel.</summary>
    internal void Receive(PeerFrame frame)
    {
        switch (frame.Type)
        {
            case PeerFrame.Message:
                SetPeerOnline(true);
                ReceiveMessage(frame.Content);
                break;
            case PeerFrame.PeerConnected:
                SetPeerOnline(true);
                lock (_gate)
                    Resend();
                // With nothing to resend nothing would be said, and a device that has restarted would never tell that it knows no such channel.
                Probe();
                break;
            case PeerFrame.PeerOffline:
                SetPeerOnline(false);
                break;
            case PeerFrame.Error:
                ReceiveError(ChannelException.FromPeer(frame.ErrorCode ?? SignalingErrorCodes.InternalError, frame.ErrorMessage));
                break;
        }
    }

    private void ReceiveError(ChannelException error) =>
        End(error.Code == SignalingErrorCodes.ChannelClosed ? ChannelState.Closed : ChannelState.Failed, error);

    private void ReceiveMessage(JsonElement content)
    {
        if (!ReliabilityMessage.TryRead(content, out var message))
            return;

        var overflows = false;
        lock (_gate)
        {
            if (IsEnded)
                return;
            if (message.IsData)
                overflows = !ReceiveData(message);
            else if (_sender.Acknowledge(message.Seq))
                Acknowledged();
        }

        if (overflows)
            Fail(new(SignalingErrorCodes.InternalError, $"More than {_options.MaxUnreadBytes} bytes wait to be read."));
    }

    private void Acknowledged()
    {
        _taken = Math.Max(0, _taken - 1);
        if (_sender.UnacknowledgedBytes < _options.MaxUnacknowledgedBytes)
            ReleaseWaitingSenders();
    }

    /// <returns>False where there is no room for it.</returns>
    private bool ReceiveData(ReliabilityMessage message)
    {
        var reception = _receiver.Receive(message.Seq);
        if (reception == Reception.TooEarly)
            return true;
        // The ack goes first: what the message sets off may end the channel.
        SendAck(message.Seq);
        if (reception == Reception.Repeated)
            return true;
        _unreadBytes += SizeOf(message.Data);
        return _unreadBytes <= _options.MaxUnreadBytes && _unread.Writer.TryWrite(message.Data);
    }

    private static int SizeOf(JsonElement data) => JsonMarshal.GetRawUtf8Value(data).Length + UnreadOverheadBytes;
}
