using System.Buffers.Binary;
using System.Text;

namespace Heliograph.Testing;

/// <summary>A WebSocket frame as it lies on the wire (RFC 6455 section 5.2), right or wrong.</summary>
/// <param name="Opcode">One of the constants, or any other of four bits.</param>
/// <param name="Payload">The payload, unmasked.</param>
public sealed record RawFrame(int Opcode, byte[] Payload)
{
    public const int Continuation = 0x0;
    public const int Text = 0x1;
    public const int Binary = 0x2;
    public const int Close = 0x8;
    public const int Ping = 0x9;
    public const int Pong = 0xA;

    private const uint SomeMask = 0x37FA213D;

    /// <summary>FIN.</summary>
    public bool IsFinal { get; init; } = true;

    /// <summary>RSV1 to RSV3 as a number of three bits.</summary>
    public int Reserved { get; init; }

    public bool IsMasked { get; init; } = true;

    /// <summary>The mask, where there is one, as a number in the order of the wire.</summary>
    public uint Mask { get; init; } = SomeMask;

    /// <summary>In how many bytes the length stands: 0 (in the second byte), 2 or 8; null for the shortest.</summary>
    public int? LengthBytes { get; init; }

    /// <summary>The length that the header claims; null for the true one.</summary>
    public ulong? ClaimedLength { get; init; }

    public string PayloadText => Encoding.UTF8.GetString(Payload);

    /// <summary>The code of a close frame; null where it has none.</summary>
    public int? CloseCode => Payload.Length < 2 ? null : BinaryPrimitives.ReadUInt16BigEndian(Payload);

    public static RawFrame OfText(string text) => new(Text, Encoding.UTF8.GetBytes(text));

    public static RawFrame OfClose(int code, string reason = "") =>
        new(Close, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    /// <summary>The frame's bytes.</summary>
    public byte[] ToBytes()
    {
        var length = ClaimedLength ?? (ulong)Payload.Length;
        var lengthBytes = LengthBytes ?? (length < 126 ? 0 : length <= ushort.MaxValue ? 2 : 8);
        var bytes = new List<byte>(14 + Payload.Length)
        {
            (byte)((IsFinal ? 0x80 : 0) | (Reserved << 4) | Opcode),
            (byte)((IsMasked ? 0x80 : 0) | (lengthBytes switch { 0 => (int)length, 2 => 126, _ => 127 })),
        };
        for (var i = lengthBytes - 1; i >= 0; i--)
            bytes.Add((byte)(length >> (8 * i)));
        if (!IsMasked)
            return [.. bytes, .. Payload];

        Span<byte> mask = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(mask, Mask);
        bytes.AddRange(mask);
        for (var i = 0; i < Payload.Length; i++)
            bytes.Add((byte)(Payload[i] ^ mask[i & 3]));
        return [.. bytes];
    }
}
