using System.Buffers.Binary;

namespace Heliograph.Load.Wire;

/// <summary>WebSocket frames as a client needs them: it writes masked ones ahead of time and reads unmasked ones in place.</summary>
internal static class Frame
{
    public const byte Text = 1;
    public const byte Close = 8;
    public const byte Ping = 9;
    public const byte Pong = 10;

    private const byte Final = 0x80;
    private const byte Masked = 0x80;

    // One key for all frames: the server's work of unmasking is the same for any.
    private static ReadOnlySpan<byte> MaskKey => [0x37, 0xfa, 0x21, 0x3d];

    public static byte[] Build(byte opcode, ReadOnlySpan<byte> payload)
    {
        var lengthBytes = payload.Length switch { < 126 => 0, <= ushort.MaxValue => 2, _ => 8 };
        var frame = new byte[2 + lengthBytes + MaskKey.Length + payload.Length];
        frame[0] = (byte)(Final | opcode);
        switch (lengthBytes)
        {
            case 0:
                frame[1] = (byte)(Masked | payload.Length);
                break;
            case 2:
                frame[1] = Masked | 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
                break;
            default:
                frame[1] = Masked | 127;
                BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(2), payload.Length);
                break;
        }

        var body = frame.AsSpan(2 + lengthBytes);
        MaskKey.CopyTo(body);
        for (var i = 0; i < payload.Length; i++)
        {
            body[MaskKey.Length + i] = (byte)(payload[i] ^ MaskKey[i & 3]);
        }

        return frame;
    }

    /// <summary>Reads the frame that <paramref name="data"/> starts with. False while it isn't all there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out byte opcode, out ReadOnlySpan<byte> payload, out int consumed)
    {
        opcode = 0;
        payload = default;
        consumed = 0;
        if (data.Length < 2)
        {
            return false;
        }

        if ((data[0] & Final) == 0 || (data[1] & Masked) != 0)
        {
            throw new LoadException("the server sent a fragmented or masked frame, which this load program doesn't read");
        }

        var header = 2;
        long length = data[1];
        if (length >= 126)
        {
            header = length == 126 ? 4 : 10;
            if (data.Length < header)
            {
                return false;
            }

            length = header == 4 ? BinaryPrimitives.ReadUInt16BigEndian(data[2..]) : BinaryPrimitives.ReadInt64BigEndian(data[2..]);
        }

        if (data.Length - header < length)
        {
            return false;
        }

        opcode = (byte)(data[0] & 0x0f);
        payload = data.Slice(header, (int)length);
        consumed = header + (int)length;
        return true;
    }
}
