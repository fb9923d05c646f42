using Heliograph.Backplane.RabbitMq.Directory;
using Heliograph.Backplane.RabbitMq.Wire;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;

namespace Heliograph.Backplane.RabbitMq;

// The way of a frame to another node.
internal sealed partial class RabbitMqBackplane
{
    public async ValueTask<bool> SendAsync(Place to, ChannelId channel, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        var holder = await FindAsync(to);
        if (holder is null || holder.Node == _self)
            return false;

        var outcome = await SendAsync(holder.Node, to, channel, frame);
        if (outcome == SendOutcome.Taken)
            return true;

        // It may have moved, or its node be gone: looked up once more, and sent to where it is now.
        _routes.Forget(to, holder.Node);
        if (outcome == SendOutcome.NodeGone)
            await LoseAsync(holder.Node, NoQueue);
        var next = outcome is SendOutcome.NotHere or SendOutcome.NodeGone ? await FindAsync(to) : null;
        if (next is null || next.Node == _self || next == holder)
            return false;
        if (await SendAsync(next.Node, to, channel, frame) == SendOutcome.Taken)
            return true;
        _routes.Forget(to, next.Node);
        return false;
    }

    public void Tell(string topic, ReadOnlySpan<byte> body, string? node = null)
    {
        var message = new NodeMessage(NodeMessageKind.Told) { Topic = topic, Body = body.ToArray() };
        foreach (var member in _members.Alive)
        {
            if (member != _self && (node is null || member.Name == node))
                _broker.TrySend(member, message);
        }
    }

    private async Task<SendOutcome> SendAsync(NodeAddress node, Place to, ChannelId channel, ReadOnlyMemory<byte> frame)
    {
        if (_members.IsLost(node))
            return SendOutcome.NodeGone;

        var since = _time.GetTimestamp();
        var (id, waiting) = _outstanding.Add(node);
        // A copy: the frame's buffer is the sender's again as soon as this is answered, and the broker's client may write it still.
        if (!_broker.TrySend(node, new(NodeMessageKind.Frame) { Id = id, Place = to, Channel = channel, Body = frame.ToArray() }))
            _outstanding.Complete(id, SendOutcome.Unreachable);
        var outcome = await waiting;
        _metrics.Sent(outcome, _time.GetElapsedTime(since));
        return outcome;
    }

    /// <summary>Who holds a place, as far as it is known here or in the directory.</summary>
    private async ValueTask<Holder?> FindAsync(Place place)
    {
        if (_routes.TryFind(place, out var known) && (known is null || !_members.IsLost(known.Node)))
            return known;

        var answer = await TryAskDirectoryAsync(async () => new Found(await _places.FindAsync(place)));
        if (answer is null)
            return null;
        if (answer.Holder is { } holder && !_members.IsLost(holder.Node))
        {
            _routes.Set(place, holder);
            return holder;
        }

        _routes.SetNowhere(place);
        return null;
    }

    /// <summary>An answer of the directory, which may be that nobody has the place.</summary>
    private sealed record Found(Holder? Holder);
}
