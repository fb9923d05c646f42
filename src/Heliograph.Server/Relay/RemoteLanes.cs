using Heliograph.Protocol;

namespace Heliograph.Server.Relay;

/// <summary>
/// Frames of one sender whose receivers are on other nodes: one after the other on each channel, which keeps their order, and the
/// channels side by side, so that a node that is slow to answer holds up nobody but those who talk to it. Where every send completes at
/// once, nothing is kept here.
/// </summary>
/// <param name="sender">The sender.</param>
/// <param name="capacity">With so many bytes on their way, the sender is read no further.</param>
/// <param name="send">Sends a frame, which it returns in the end, and completes when its fate is known.</param>
internal sealed class RemoteLanes(Peer sender, int capacity, Func<Peer, ChannelId, OutboundFrame, ValueTask> send)
{
    private readonly Lock _lock = new();

    /// <summary>The channels on which a frame is on its way, each with those that wait behind it; null while none does.</summary>
    private readonly Dictionary<ChannelId, Queue<OutboundFrame>?> _lanes = [];

    private int _bytes;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _idle;
    private Exception? _fault;

    /// <summary>Whether what is sent on the channel now must wait here, behind what is on its way.</summary>
    public bool IsBusy(ChannelId channel)
    {
        lock (_lock)
            return _lanes.ContainsKey(channel);
    }

    /// <summary>Takes a frame. Completes at once, but where more is on its way than should be: then when there is room again.</summary>
    public ValueTask SendAsync(ChannelId channel, in OutboundFrame frame)
    {
        lock (_lock)
        {
            _bytes += frame.Length;
            if (_lanes.TryGetValue(channel, out var waiting))
            {
                _lanes[channel] = waiting ??= new();
                waiting.Enqueue(frame);
                return RoomAsync();
            }

            _lanes.Add(channel, null);
        }

        var running = RunAsync(channel, frame);
        if (running.IsCompleted)
            return new(running);

        lock (_lock)
            return RoomAsync();
    }

    /// <summary>Completes when nothing is on its way any more.</summary>
    /// <exception cref="Exception">Whatever a send failed with.</exception>
    public async Task DrainAsync()
    {
        Task idle;
        lock (_lock)
            idle = _lanes.Count == 0 ? Task.CompletedTask : (_idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        await idle;
        if (_fault is { } fault)
            throw fault;
    }

    private ValueTask RoomAsync() =>
        _bytes <= capacity ? default : new((_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task);

    // Owned through DrainAsync, for which the end of the sender waits.
    private async Task RunAsync(ChannelId channel, OutboundFrame frame)
    {
        var length = frame.Length;
        try
        {
            do
            {
                length = frame.Length;
                await send(sender, channel, frame);
            }
            while (TryTakeNext(channel, length, out frame));
        }
        catch (Exception error)
        {
            _fault = error;
            Discard(channel, length);
            sender.End(EndReason.InternalError);
            throw;
        }
    }

    private bool TryTakeNext(ChannelId channel, int sent, out OutboundFrame frame)
    {
        // What a sender that has lost its place or its right had sent before is not sent on.
        if (sender.EndReason.IsUnheard())
        {
            Discard(channel, sent);
            frame = default;
            return false;
        }

        lock (_lock)
        {
            Leave(sent);
            if (_lanes[channel] is { } waiting && waiting.TryDequeue(out frame))
                return true;

            frame = default;
            End(channel);
            return false;
        }
    }

    private void Discard(ChannelId channel, int sent)
    {
        lock (_lock)
        {
            Leave(sent);
            foreach (var frame in _lanes[channel] ?? [])
            {
                Leave(frame.Length);
                frame.Return();
            }

            End(channel);
        }
    }

    private void Leave(int length)
    {
        _bytes -= length;
        if (_bytes > capacity || _room is null)
            return;
        _room.SetResult();
        _room = null;
    }

    private void End(ChannelId channel)
    {
        _lanes.Remove(channel);
        if (_lanes.Count == 0)
            _idle?.TrySetResult();
    }
}
