using System.Collections.Concurrent;
using System.Text;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;

namespace Heliograph.Server.Tests.Backplane;

/// <summary>A node that holds what a test says, and writes down what the backplane calls.</summary>
internal sealed class RecordingNode : IBackplaneNode
{
    /// <summary>Whether frames find their receiver here.</summary>
    public bool HoldsReceivers { get; set; } = true;

    public ConcurrentQueue<string> Calls { get; } = new();

    public bool DeliverToDevice(DeviceAddress device, ReadOnlySpan<byte> frame) => Deliver($"frame for {device}: {Encoding.UTF8.GetString(frame)}");

    public bool DeliverToClient(DeviceAddress device, ChannelId channel, ReadOnlySpan<byte> frame) =>
        Deliver($"frame for {channel} of {device}: {Encoding.UTF8.GetString(frame)}");

    public void LetGoOfDevice(DeviceAddress device, long newerGeneration) => Calls.Enqueue($"let go of {device} for {newerGeneration}");

    public void LetGoOfChannel(DeviceAddress device, ChannelId channel, long newerGeneration) =>
        Calls.Enqueue($"let go of {channel} of {device} for {newerGeneration}");

    public void DeviceConnected(DeviceAddress device) => Calls.Enqueue($"connected {device}");

    private bool Deliver(string call)
    {
        if (HoldsReceivers)
            Calls.Enqueue(call);
        return HoldsReceivers;
    }
}
