using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Heliograph.FloorRelay;

/// <summary>From a client's frames to a server's: unmasks while it copies, and looks at nothing else. Allocates nothing.</summary>
internal static class Frames
{
    private const int OpcodeClose = 8;
    private const int MaskBytes = 4;

    /// <summary>The answer to a close frame: closed normally.</summary>
    public static ReadOnlySpan<byte> Close => [0x88, 2, 0x03, 0xe8];

    /// <summary>Takes all whole frames. Text and binary ones go on as they are, pings and pongs too.</summary>
    public static (int Taken, int Written, bool IsClosed) Relay(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var (taken, written) = (0, 0);
        while (input.Length - taken >= 2)
        {
            var frame = input[taken..];
            var (head, length) = (2, frame[1] & 0x7f);
            if (length == 126)
            {
                head = 4;
                if (frame.Length < head)
                {
                    break;
                }

                length = BinaryPrimitives.ReadUInt16BigEndian(frame[2..]);
            }

            if (length == 127 && head == 2)
            {
                // Larger than any buffer here.
                return (0, 0, IsClosed: true);
            }

            var whole = head + MaskBytes + length;
            if (frame.Length < whole)
            {
                break;
            }

            if ((frame[0] & 0x0f) == OpcodeClose)
            {
                return (taken, written, IsClosed: true);
            }

            var target = output[written..];
            frame[..head].CopyTo(target);
            target[1] &= 0x7f;
            Unmask(frame.Slice(head + MaskBytes, length), MemoryMarshal.Read<uint>(frame[head..]), target[head..]);
            taken += whole;
            written += head + length;
        }

        return (taken, written, IsClosed: false);
    }

    private static void Unmask(ReadOnlySpan<byte> source, uint mask, Span<byte> target)
    {
        var i = 0;
        var masks = new Vector<uint>(mask).As<uint, byte>();
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            (new Vector<byte>(source[i..]) ^ masks).CopyTo(target[i..]);
        }

        // The vectors were multiples of the mask, so it goes on at its first byte.
        for (; i < source.Length; i++)
        {
            target[i] = (byte)(source[i] ^ (byte)(mask >> ((i & 3) * 8)));
        }
    }
}
