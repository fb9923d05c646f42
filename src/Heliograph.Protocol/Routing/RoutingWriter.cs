using System.Diagnostics;

namespace Heliograph.Protocol.Routing;

/// <summary>
/// Writes the frames that the service sends. Each method writes one whole JSON object to the start of the destination and
/// returns its length in bytes; the destination must hold the parts given and <see cref="Overhead"/> bytes more.
/// </summary>
public static class RoutingWriter
{
    /// <summary>The most bytes that a frame has besides the parts it was given.</summary>
    public const int Overhead = 128;

    /// <summary><c>PING</c>.</summary>
    public static ReadOnlySpan<byte> Ping => """{"type":"PING"}"""u8;

    /// <summary><c>PONG</c>.</summary>
    public static ReadOnlySpan<byte> Pong => """{"type":"PONG"}"""u8;

    /// <summary>A <c>MESSAGE</c> to a client.</summary>
    public static int WriteMessageToClient(Span<byte> destination, ChannelId channel, ReadOnlySpan<byte> message)
    {
        var writer = new Cursor(destination);
        writer.Append("""{"type":"MESSAGE","channelId":"""u8);
        writer.Append(channel);
        writer.Append(",\"message\":"u8);
        writer.Append(message);
        writer.Append("}"u8);
        return writer.Length;
    }

    /// <summary>A <c>MESSAGE</c> to a device. <c>authorized</c> comes first, so that no reader can be led to another one.</summary>
    public static int WriteMessageToDevice(Span<byte> destination, ChannelId channel, ReadOnlySpan<byte> message, bool authorized)
    {
        var writer = new Cursor(destination);
        writer.Append("""{"type":"MESSAGE","channelId":"""u8);
        writer.Append(channel);
        writer.Append(authorized ? ",\"authorized\":true,\"message\":"u8 : ",\"authorized\":false,\"message\":"u8);
        writer.Append(message);
        writer.Append("}"u8);
        return writer.Length;
    }

    /// <summary>An <c>ERROR</c> between peers, from the JSON strings of its code and message.</summary>
    public static int WriteError(Span<byte> destination, ChannelId channel, ReadOnlySpan<byte> code, ReadOnlySpan<byte> message)
    {
        var writer = new Cursor(destination);
        writer.Append("""{"type":"ERROR","channelId":"""u8);
        writer.Append(channel);
        writer.Append(",\"error\":{\"code\":"u8);
        writer.Append(code);
        if (!message.IsEmpty)
        {
            writer.Append(",\"message\":"u8);
            writer.Append(message);
        }

        writer.Append("}}"u8);
        return writer.Length;
    }

    /// <summary><c>PEER_CONNECTED</c>.</summary>
    public static int WritePeerConnected(Span<byte> destination, ChannelId channel)
    {
        var writer = new Cursor(destination);
        writer.Append("""{"type":"PEER_CONNECTED","channelId":"""u8);
        writer.Append(channel);
        writer.Append("}"u8);
        return writer.Length;
    }

    /// <summary><c>PEER_OFFLINE</c> for a channel of this service.</summary>
    public static int WritePeerOffline(Span<byte> destination, ChannelId channel)
    {
        var writer = new Cursor(destination);
        writer.Append("""{"type":"PEER_OFFLINE","channelId":"""u8);
        writer.Append(channel);
        writer.Append("}"u8);
        return writer.Length;
    }

    /// <summary><c>PEER_OFFLINE</c> for whatever channel ID a peer wrote, from that ID's JSON string.</summary>
    public static int WritePeerOffline(Span<byte> destination, ReadOnlySpan<byte> channelId)
    {
        var writer = new Cursor(destination);
        writer.Append("""{"type":"PEER_OFFLINE","channelId":"""u8);
        writer.Append(channelId);
        writer.Append("}"u8);
        return writer.Length;
    }

    private ref struct Cursor(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        public int Length { get; private set; }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            Debug.Assert(Length + bytes.Length <= _destination.Length, "The caller gave too little room.");
            bytes.CopyTo(_destination[Length..]);
            Length += bytes.Length;
        }

        public void Append(ChannelId channel)
        {
            Append("\""u8);
            channel.WriteText(_destination[Length..]);
            Length += ChannelId.TextLength;
            Append("\""u8);
        }
    }
}
