using Heliograph.Backplane.RabbitMq.Wire;
using Heliograph.Protocol;
using Heliograph.Server.Backplane;
using Heliograph.Server.Registry;
using Heliograph.Server.Transport;

namespace Heliograph.Backplane.RabbitMq;

// What comes from other nodes, in the order in which they sent it. Nothing here waits for anybody.
internal sealed partial class RabbitMqBackplane
{
    public void Received(ReadOnlyMemory<byte> bytes)
    {
        if (NodeReader.TryRead(bytes, _time.GetUtcMilliseconds()) is not { } envelope)
            return;

        if (envelope.Sender != _self && _members.Heard(envelope.Sender, null))
            Meet(envelope.Sender);
        if (HasHung)
            NoticeHang();
        using var round = WriteRound.Join();
        List<long>? taken = null, refused = null;
        foreach (var message in envelope.Messages)
        {
            switch (message.Kind)
            {
                case NodeMessageKind.Frame:
                    var isTaken = !_isStale && _node.Deliver(
                        message.Place, message.Channel, message.Body.Span, new RemoteSender(this, envelope.Sender, message.Place, message.Channel));
                    (isTaken ? taken ??= [] : refused ??= []).Add(message.Id);
                    // Where its answer goes is where it came from.
                    _routes.Learn(message.Place.IsDevice ? new(message.Place.Device, message.Channel) : Place.Of(message.Place.Device), envelope.Sender);
                    break;
                case NodeMessageKind.LetGo:
                    _routes.Set(message.Place, new(envelope.Sender, message.Generation));
                    _node.LetGo(message.Place, message.Generation);
                    (taken ??= []).Add(message.Id);
                    break;
                default:
                    Take(envelope.Sender, message);
                    break;
            }
        }

        if (taken is not null || refused is not null)
            _broker.TrySend(envelope.Sender, new(NodeMessageKind.Answer) { Taken = taken ?? [], Refused = refused ?? [] });
    }

    public void Returned(NodeAddress node, ReadOnlyMemory<byte> bytes)
    {
        if (!CanMissQueues)
        {
            _outstanding.CompleteAll(node, SendOutcome.NotHere);
            return;
        }

        _outstanding.CompleteAll(node, SendOutcome.NodeGone);
        LoseLater(node, NoQueue);
    }

    public void Listen(string topic, Action<string, ReadOnlySpan<byte>> handler) => _listeners.Add(topic, handler);

    private void Take(NodeAddress sender, NodeMessage message)
    {
        switch (message.Kind)
        {
            case NodeMessageKind.Answer:
                foreach (var id in message.Taken)
                    _outstanding.Complete(id, SendOutcome.Taken);
                foreach (var id in message.Refused)
                    _outstanding.Complete(id, SendOutcome.NotHere);
                break;
            case NodeMessageKind.Connected:
                // The way first: what clients send when they are told goes there.
                _routes.Set(message.Place, new(sender, message.Generation));
                _node.DeviceConnected(message.Place.Device);
                break;
            case NodeMessageKind.Undelivered:
                _node.Undelivered(message.Place, message.Channel);
                break;
            case NodeMessageKind.Beat:
                TakeBeat(sender, message.Id, message.Status);
                break;
            case NodeMessageKind.Leave when sender != _self:
                _members.Remove(sender);
                _routes.Forget(sender);
                _outstanding.CompleteAll(sender, SendOutcome.NotHere);
                _logger.NodeLeft(sender);
                break;
            case NodeMessageKind.Told when _listeners.TryGetValue(message.Topic, out var listener):
                listener(sender.Name, message.Body.Span);
                break;
        }
    }

    /// <summary>The peer on another node that a frame is from.</summary>
    private sealed class RemoteSender(RabbitMqBackplane backplane, NodeAddress node, Place to, ChannelId channel) : IRemoteSender
    {
        public ChannelId Channel { get; } = channel;

        public void TellUndelivered() => backplane._broker.TrySend(
            node,
            new(NodeMessageKind.Undelivered) { Place = to.IsDevice ? new(to.Device, Channel) : Place.Of(to.Device), Channel = Channel });
    }
}
