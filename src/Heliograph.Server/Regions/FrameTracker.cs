using System.Buffers.Binary;
using Heliograph.Server.Relay.Frames;

namespace Heliograph.Server.Regions;

/// <summary>Follows the frames of one direction of a WebSocket by their headers, so that it is known where one ends and another can be put in.</summary>
internal sealed class FrameTracker
{
    private const int LongestHeader = 14;

    private readonly byte[] _header = new byte[LongestHeader];
    private int _headerLength;
    private long _payloadLeft;

    /// <summary>Whether what has passed ends with a whole frame.</summary>
    public bool IsBetweenFrames => _headerLength == 0 && _payloadLeft == 0;

    /// <summary>Whether a close frame has passed: nothing may follow it.</summary>
    public bool HasClosed { get; private set; }

    /// <summary>Follows what passes, to the end of the frame that it is in or of the bytes, whichever is first.</summary>
    /// <returns>How many bytes that is.</returns>
    public int Advance(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (taken < bytes.Length)
        {
            if (_payloadLeft == 0)
            {
                _header[_headerLength++] = bytes[taken++];
                if (_headerLength < 2 || _headerLength < LengthOf(_header[1]))
                    continue;
                Begin();
            }

            var payload = (int)Math.Min(_payloadLeft, bytes.Length - taken);
            taken += payload;
            _payloadLeft -= payload;
            if (_payloadLeft == 0)
                return taken;
        }

        return taken;
    }

    private void Begin()
    {
        _payloadLeft = (_header[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            127 => BinaryPrimitives.ReadInt64BigEndian(_header.AsSpan(2)) & long.MaxValue,
            var length => length,
        };
        HasClosed |= (Opcode)(_header[0] & 0x0F) == Opcode.Close;
        _headerLength = 0;
    }

    private static int LengthOf(byte second) => 2 + ((second & 0x7F) switch { 126 => 2, 127 => 8, _ => 0 }) + ((second & 0x80) != 0 ? 4 : 0);
}
