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

    /// <summary>Who sent the last frame.</summary>
    public IRemoteSender? LastSender { get; private set; }

    public ConcurrentQueue<string> Calls { get; } = new();

    public NodeLoad Load { get; set; }

    public bool Deliver(Place to, ChannelId channel, ReadOnlySpan<byte> frame, IRemoteSender sender)
    {
        LastSender = sender;
        if (HoldsReceivers)
            Calls.Enqueue($"frame for {to}: {Encoding.UTF8.GetString(frame)}");
        return HoldsReceivers;
    }

    public void Undelivered(Place sender, ChannelId channel) => Calls.Enqueue($"undelivered of {sender} on {channel}");

    public void LetGo(Place place, long newerGeneration) => Calls.Enqueue($"let go of {place} for {newerGeneration}");

    public void DeviceConnected(DeviceAddress device) => Calls.Enqueue($"connected {device}");

    public Task ClaimAllAsync(CancellationToken cancellationToken)
    {
        Calls.Enqueue("claim all");
        return Task.CompletedTask;
    }

    public void CutOff() => Calls.Enqueue("cut off");
}
