using System.Buffers.Binary;

namespace Heliograph.Server.Relay.Frames;

/// <summary>The header of a frame from a client (RFC 6455 section 5.2).</summary>
/// <param name="Opcode">What the frame is.</param>
/// <param name="IsFinal">FIN: the last or only frame of a message.</param>
/// <param name="Length">Bytes of the header itself, the mask included.</param>
/// <param name="PayloadLength">Bytes of the payload.</param>
/// <param name="Mask">The four bytes of the mask, as they lie in memory.</param>
internal readonly record struct FrameHeader(Opcode Opcode, bool IsFinal, int Length, long PayloadLength, uint Mask)
{
    /// <summary>The longest header that a server writes.</summary>
    public const int MaxWrittenLength = 10;

    private const int MaxControlPayload = 125;

    public bool IsControl => Opcode >= Opcode.Close;

    /// <summary>Reads a header from the start of what has arrived.</summary>
    /// <returns>Valid; or incomplete, where more bytes are needed; or invalid, where they can't become a frame.</returns>
    public static FrameHeaderStatus TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < 2)
            return FrameHeaderStatus.Incomplete;

        var (first, second) = (bytes[0], bytes[1]);
        var opcode = (Opcode)(first & 0x0F);
        var isFinal = (first & 0x80) != 0;
        var hasReservedBits = (first & 0x70) != 0;
        var isMasked = (second & 0x80) != 0;
        long payloadLength = second & 0x7F;

        var isKnown = opcode is <= Opcode.Binary or >= Opcode.Close and <= Opcode.Pong;
        var isBrokenControl = opcode >= Opcode.Close && (!isFinal || payloadLength > MaxControlPayload);
        if (hasReservedBits || !isKnown || !isMasked || isBrokenControl)
            return FrameHeaderStatus.Invalid;

        var extended = payloadLength switch { 126 => 2, 127 => 8, _ => 0 };
        var length = 2 + extended + 4;
        if (bytes.Length < length)
            return FrameHeaderStatus.Incomplete;

        if (extended == 2)
            payloadLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        else if (extended == 8)
            payloadLength = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        if (payloadLength < 0)
            return FrameHeaderStatus.Invalid;

        var mask = BitConverter.ToUInt32(bytes[(length - 4)..]);
        header = new(opcode, isFinal, length, payloadLength, mask);
        return FrameHeaderStatus.Valid;
    }

    /// <summary>
    /// Writes the header of an unfragmented, unmasked frame so that it ends right before <paramref name="payloadStart"/>.
    /// </summary>
    /// <returns>Where the header begins.</returns>
    public static int WriteBefore(Span<byte> buffer, int payloadStart, Opcode opcode, int payloadLength)
    {
        int start;
        if (payloadLength < 126)
        {
            start = payloadStart - 2;
            buffer[start + 1] = (byte)payloadLength;
        }
        else if (payloadLength <= ushort.MaxValue)
        {
            start = payloadStart - 4;
            buffer[start + 1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(buffer[(start + 2)..], (ushort)payloadLength);
        }
        else
        {
            start = payloadStart - 10;
            buffer[start + 1] = 127;
            BinaryPrimitives.WriteInt64BigEndian(buffer[(start + 2)..], payloadLength);
        }

        buffer[start] = (byte)(0x80 | (byte)opcode);
        return start;
    }
}
