using Heliograph.Protocol.Routing;

namespace Heliograph.Sdk;

public sealed partial class SignalingClient
{
    /// <summary>What the client does with its connection, and for its channel.</summary>
    private sealed class Owner(SignalingClient client) : IConnectionOwner, IChannelLink
    {
        private Uri? _url;
        private bool _deviceOnline;

        public bool FirstFailureIsFinal => true;

        public int MaxTries => 7;

        public TimeSpan LongestDelay => TimeSpan.MaxValue;

        /// <summary>The same URL serves every reconnect: the channel and its authorization are in it.</summary>
        public async Task<Uri> GetUrlAsync(CancellationToken cancellationToken)
        {
            if (_url is not null)
                return _url;
            var answer = await client._http.ConnectClientAsync(client._options.AccessToken, cancellationToken).ConfigureAwait(false);
            if (client._options.RequireOnline && !answer.DeviceOnline)
                throw new ConnectionException(SignalingErrorCodes.DeviceOffline, "The device is not connected.");
            client.Channel.Id = answer.ChannelId;
            _deviceOnline = answer.DeviceOnline;
            return _url = answer.SignalingUrl;
        }

        public void Opened()
        {
            if (client.Channel.State == ChannelState.New)
                client.Channel.SetPeerOnline(_deviceOnline);
            client.Channel.LinkOpened();
        }

        public void Lost() => client.Channel.LinkLost();

        public void StateChanged(ConnectionState state, HeliographException? error)
        {
            if (error is not null)
                NotConnected(client._logger, error.Message);
            else
                Changed(client._logger, state);
            if (state == ConnectionState.Failed)
                client.Channel.Abandon(error!);
            client.Raise(state, error);
        }

        public void Receive(PeerFrame frame)
        {
            if (frame.ChannelId == client.Channel.Id)
                client.Channel.Receive(frame);
        }

        public void Send(byte[] frame) => client._connection.Send(frame);

        public bool Queue(SignalingChannel channel) => client._connection.TryQueue(channel);

        public void Ended(SignalingChannel channel) => ChannelEnded(client._logger, channel.State, PeerText.Shown(channel.Error?.Code));
    }
}
