namespace Heliograph.Sdk;

/// <summary>Handles the channels of a device that runs in a host. Made anew, with a scope of its own, for every channel.</summary>
public interface IChannelHandler
{
    /// <summary>Handles a channel; when it returns, the channel is closed. See <see cref="SignalingDevice.RunAsync"/>.</summary>
    /// <param name="device">The device.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="cancellationToken">Cancelled when the channel has ended, and when the host stops.</param>
    Task HandleAsync(SignalingDevice device, SignalingChannel channel, CancellationToken cancellationToken);
}
