using Heliograph.Protocol.Reliability;
using Heliograph.Protocol.Routing;

namespace Heliograph.Sdk;

public sealed partial class SignalingDevice
{
    /// <summary>What the device does with its connection, and for its channels.</summary>
    private sealed class Owner(SignalingDevice device) : IConnectionOwner, IChannelLink
    {
        public bool FirstFailureIsFinal => false;

        public int MaxTries => int.MaxValue;

        public TimeSpan LongestDelay { get; } = TimeSpan.FromSeconds(60);

        public async Task<Uri> GetUrlAsync(CancellationToken cancellationToken) =>
            await device._http.ConnectDeviceAsync(await device.GetTokenAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

        public void Opened()
        {
            foreach (var channel in device._channels.All)
                channel.LinkOpened();
        }

        public void Lost()
        {
            foreach (var channel in device._channels.All)
                channel.LinkLost();
        }

        public void StateChanged(ConnectionState state, HeliographException? error)
        {
            if (error is not null)
                NotConnected(device._logger, error.Message);
            else
                Changed(device._logger, state);
            device.Raise(state, error);
        }

        public void Receive(PeerFrame frame)
        {
            if (device._channels.TryGet(frame.ChannelId, out var channel))
                channel.Receive(frame);
            else if (frame is { Type: PeerFrame.Message, ChannelId.Length: > 0 })
                ReceiveUnknown(frame);
            // Any other frame on an unknown channel is left alone: two peers that answer an ERROR with an ERROR would never stop.
        }

        public void Send(byte[] frame) => device._connection.Send(frame);

        public bool Queue(SignalingChannel channel) => device._connection.TryQueue(channel);

        public void Ended(SignalingChannel channel)
        {
            device._channels.Remove(channel);
            ChannelEnded(device._logger, channel.Id, channel.State, PeerText.Shown(channel.Error?.Code));
        }

        private void ReceiveUnknown(PeerFrame frame)
        {
            if (!ReliabilityMessage.TryRead(frame.Content, out var message) || message is not { IsData: true, Seq: 0 })
            {
                Refuse(frame.ChannelId, SignalingErrorCodes.ChannelNotFound, "The device does not know this channel.");
                return;
            }

            if (!device._channels.HasRoom())
            {
                RefuseForRoom(frame.ChannelId);
                return;
            }

            var channel = new SignalingChannel(this, device._options, new(device._logger), frame.ChannelId, frame.Authorized, linkIsUp: true);
            // The table first: whoever accepts the channel may end it at once, and then it has to be found there.
            device._channels.Add(channel);
            if (!device._opened.Writer.TryWrite(channel))
            {
                device._channels.Remove(channel);
                RefuseForRoom(frame.ChannelId);
                return;
            }

            ChannelOpened(device._logger, channel.Id, channel.IsAuthorized);
            channel.Receive(frame);
        }

        private void RefuseForRoom(string channelId) =>
            Refuse(channelId, SignalingErrorCodes.NoMoreChannels, "The device has no room for another client.");

        private void Refuse(string channelId, string code, string message)
        {
            ChannelRefused(device._logger, channelId, code);
            Send(PeerFrameWriter.Error(channelId, code, message));
        }
    }
}
