using System.Buffers.Binary;
using Heliograph.Protocol;
using Heliograph.Protocol.Routing;
using Heliograph.Server.Backplane;
using Heliograph.Server.Relay.Frames;

namespace Heliograph.Server.Relay;

/// <summary>
/// A whole WebSocket frame, ready to be written, in a pooled buffer that belongs to whoever holds the frame: it is handed on to
/// an outbox, or returned. No allocation but the pool's.
/// </summary>
internal readonly struct OutboundFrame
{
    private static readonly OutboundFrame PongMessage = Static(Opcode.Text, RoutingWriter.Pong);
    private static readonly OutboundFrame PingControl = Static(Opcode.Ping, []);

    private readonly byte[] _buffer;
    private readonly int _start;
    private readonly bool _isPooled;

    private OutboundFrame(byte[] buffer, int start, int length, bool isPooled, object? sender)
    {
        _buffer = buffer;
        _start = start;
        Length = length;
        _isPooled = isPooled;
        Sender = sender;
    }

    /// <summary>Bytes of the frame, its header included.</summary>
    public int Length { get; }

    /// <summary>
    /// Who is told PEER_OFFLINE if the frame is never written: a <see cref="Peer"/> of this node or an <see cref="IRemoteSender"/> of
    /// another; null where nobody waits for it.
    /// </summary>
    public object? Sender { get; }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(_start, Length);

    /// <summary>The routing layer's PONG.</summary>
    public static OutboundFrame Pong() => PongMessage;

    /// <summary>WebSocket's own ping.</summary>
    public static OutboundFrame ControlPing() => PingControl;

    /// <summary>WebSocket's own pong, which echoes the ping's payload.</summary>
    public static OutboundFrame ControlPong(ReadOnlySpan<byte> payload) => Pooled(Opcode.Pong, payload);

    /// <summary>A close frame; an empty one for null.</summary>
    public static OutboundFrame Close(ushort? code)
    {
        Span<byte> payload = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code ?? 0);
        return Pooled(Opcode.Close, code is null ? [] : payload);
    }

    /// <summary>The answer to the socket's handshake: no frame, but what comes before all of them.</summary>
    public static OutboundFrame Handshake(byte[] answer) => new(answer, 0, answer.Length, isPooled: false, sender: null);

    /// <summary>A text message that came through the backplane, whole.</summary>
    public static OutboundFrame Text(ReadOnlySpan<byte> text, IRemoteSender? sender = null) => Copy(Rent(text.Length), Opcode.Text, text, isPooled: true, sender);

    /// <summary>A peer's MESSAGE or ERROR, rebuilt for the other peer: of what the sender wrote only the message or error is kept.</summary>
    public static OutboundFrame Relayed(in Envelope envelope, ChannelId channel, Peer sender)
    {
        var isMessage = envelope.Type == RoutingType.Message;
        var payload = isMessage ? envelope.Message.Length : envelope.ErrorCode.Length + envelope.ErrorMessage.Length;
        var buffer = Rent(payload + RoutingWriter.Overhead);
        var destination = buffer.AsSpan(FrameHeader.MaxWrittenLength);
        var length = !isMessage
            ? RoutingWriter.WriteError(destination, channel, envelope.ErrorCode, envelope.ErrorMessage)
            : sender.Role == Connect.Role.Client
                ? RoutingWriter.WriteMessageToDevice(destination, channel, envelope.Message, sender.IsAuthorized)
                : RoutingWriter.WriteMessageToClient(destination, channel, envelope.Message);
        return Finish(buffer, length, sender);
    }

    public static OutboundFrame PeerConnected(ChannelId channel)
    {
        var buffer = Rent(RoutingWriter.Overhead);
        return Finish(buffer, RoutingWriter.WritePeerConnected(buffer.AsSpan(FrameHeader.MaxWrittenLength), channel), sender: null);
    }

    public static OutboundFrame PeerOffline(ChannelId channel)
    {
        var buffer = Rent(RoutingWriter.Overhead);
        return Finish(buffer, RoutingWriter.WritePeerOffline(buffer.AsSpan(FrameHeader.MaxWrittenLength), channel), sender: null);
    }

    /// <summary>PEER_OFFLINE for whatever channel ID a peer wrote, from that ID's JSON string.</summary>
    public static OutboundFrame PeerOffline(ReadOnlySpan<byte> channelId)
    {
        var buffer = Rent(channelId.Length + RoutingWriter.Overhead);
        return Finish(buffer, RoutingWriter.WritePeerOffline(buffer.AsSpan(FrameHeader.MaxWrittenLength), channelId), sender: null);
    }

    /// <summary>The frame's text, without the WebSocket header.</summary>
    public ReadOnlyMemory<byte> GetText() => _buffer.AsMemory(FrameHeader.MaxWrittenLength, _start + Length - FrameHeader.MaxWrittenLength);

    /// <summary>Gives the buffer back. The frame must not be used after.</summary>
    public void Return()
    {
        if (_isPooled)
            FramePool.Return(_buffer);
    }

    private static byte[] Rent(int payload) => FramePool.Rent(FrameHeader.MaxWrittenLength + payload);

    private static OutboundFrame Finish(byte[] buffer, int payloadLength, object? sender)
    {
        var start = FrameHeader.WriteBefore(buffer, FrameHeader.MaxWrittenLength, Opcode.Text, payloadLength);
        return new(buffer, start, FrameHeader.MaxWrittenLength - start + payloadLength, isPooled: true, sender);
    }

    private static OutboundFrame Pooled(Opcode opcode, ReadOnlySpan<byte> payload) => Copy(Rent(payload.Length), opcode, payload, isPooled: true);

    private static OutboundFrame Static(Opcode opcode, ReadOnlySpan<byte> payload) =>
        Copy(new byte[FrameHeader.MaxWrittenLength + payload.Length], opcode, payload, isPooled: false);

    private static OutboundFrame Copy(byte[] buffer, Opcode opcode, ReadOnlySpan<byte> payload, bool isPooled, object? sender = null)
    {
        payload.CopyTo(buffer.AsSpan(FrameHeader.MaxWrittenLength));
        var start = FrameHeader.WriteBefore(buffer, FrameHeader.MaxWrittenLength, opcode, payload.Length);
        return new(buffer, start, FrameHeader.MaxWrittenLength - start + payload.Length, isPooled, sender);
    }
}
