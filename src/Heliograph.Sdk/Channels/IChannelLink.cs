namespace Heliograph.Sdk;

/// <summary>What is below a channel: the device or client that it belongs to.</summary>
internal interface IChannelLink
{
    /// <summary>Queues a frame; it is gone where there is no connection.</summary>
    void Send(byte[] frame);

    /// <summary>Asks for <see cref="SignalingChannel.TakeOutgoing"/> to be called when it is the channel's turn to send.</summary>
    /// <returns>False where there is no connection.</returns>
    bool Queue(SignalingChannel channel);

    /// <summary>The channel has ended.</summary>
    void Ended(SignalingChannel channel);
}
