namespace Heliograph.Sdk;

/// <summary>What is below a channel: the device or client that it belongs to.</summary>
internal interface IChannelLink
{
    /// <summary>Queues a frame; it is gone where there is no connection.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="isResent">Whether it has been sent before, and is therefore held by the channel anyway.</param>
    void Send(byte[] frame, bool isResent = false);

    /// <summary>The channel has ended.</summary>
    void Ended(SignalingChannel channel);
}
