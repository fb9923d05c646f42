using Heliograph.Protocol;

namespace Heliograph.Server.Backplane;

/// <summary>What a node does when the backplane calls. Methods are called from any thread and do not block.</summary>
internal interface IBackplaneNode
{
    /// <summary>A frame for a device; false where its connection is not here.</summary>
    bool DeliverToDevice(DeviceAddress device, ReadOnlySpan<byte> frame);

    /// <summary>A frame for the client of a channel; false where its connection is not here.</summary>
    bool DeliverToClient(DeviceAddress device, ChannelId channel, ReadOnlySpan<byte> frame);

    /// <summary>Another node claimed the device: a connection of an older generation is ended here.</summary>
    void LetGoOfDevice(DeviceAddress device, long newerGeneration);

    /// <summary>Another node claimed the channel: a connection of an older generation is ended here.</summary>
    void LetGoOfChannel(DeviceAddress device, ChannelId channel, long newerGeneration);

    /// <summary>A device that this node watches has connected to another node.</summary>
    void DeviceConnected(DeviceAddress device);
}
