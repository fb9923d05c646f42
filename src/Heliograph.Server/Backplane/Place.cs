using Heliograph.Protocol;

namespace Heliograph.Server.Backplane;

/// <summary>What one connection of the whole cluster has at a time: the place of a device, or that of a channel's client.</summary>
/// <param name="Device">The device, or the one that the client talks to.</param>
/// <param name="Channel">The client's channel; null for the device itself.</param>
internal readonly record struct Place(DeviceAddress Device, ChannelId? Channel)
{
    public bool IsDevice => Channel is null;

    public static Place Of(DeviceAddress device) => new(device, null);

    public override string ToString() => Channel is { } channel ? $"{channel} of {Device}" : Device.ToString();
}
