using System.Buffers.Binary;
using System.Text;

namespace Heliograph.Conformance.Wire;

/// <summary>A WebSocket frame as it lies on the wire (RFC 6455 section 5.2).</summary>
/// <param name="Opcode">One of the constants.</param>
/// <param name="Payload">The payload, unmasked.</param>
internal sealed record WireFrame(int Opcode, byte[] Payload)
{
    public const int Text = 0x1;
    public const int Binary = 0x2;
    public const int Close = 0x8;
    public const int Ping = 0x9;
    public const int Pong = 0xA;

    private const uint SomeMask = 0x37FA213D;
    private const int MostReceived = 64 * 1024 * 1024;

    public bool IsFinal { get; init; } = true;

    /// <summary>Masked, as all that a peer sends must be, and nothing that a service sends may be.</summary>
    public bool IsMasked { get; init; } = true;

    /// <summary>The code of a close frame; null where it has none.</summary>
    public int? CloseCode => Payload.Length < 2 ? null : BinaryPrimitives.ReadUInt16BigEndian(Payload);

    public string PayloadText => Encoding.UTF8.GetString(Payload);

    public static WireFrame OfText(string text) => new(Text, Encoding.UTF8.GetBytes(text));

    public static WireFrame OfClose(int code) => new(Close, [(byte)(code >> 8), (byte)code]);

    /// <summary>The bytes of a header that claims a length; the mask that follows it is all zero.</summary>
    public static byte[] HeaderOf(int opcode, ulong length)
    {
        var bytes = new byte[14];
        bytes[0] = (byte)(0x80 | opcode);
        bytes[1] = 0x80 | 127;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(2), length);
        return bytes;
    }

    /// <summary>The frame's bytes.</summary>
    public byte[] ToBytes()
    {
        var header = new List<byte>(14 + Payload.Length) { (byte)((IsFinal ? 0x80 : 0) | Opcode) };
        var masked = IsMasked ? 0x80 : 0;
        switch (Payload.Length)
        {
            case < 126:
                header.Add((byte)(masked | Payload.Length));
                break;
            case <= ushort.MaxValue:
                header.AddRange([(byte)(masked | 126), (byte)(Payload.Length >> 8), (byte)Payload.Length]);
                break;
            default:
                header.Add((byte)(masked | 127));
                for (var shift = 56; shift >= 0; shift -= 8)
                    header.Add((byte)((ulong)Payload.Length >> shift));
                break;
        }

        if (!IsMasked)
            return [.. header, .. Payload];

        Span<byte> mask = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(mask, SomeMask);
        header.AddRange(mask);
        for (var i = 0; i < Payload.Length; i++)
            header.Add((byte)(Payload[i] ^ mask[i & 3]));
        return [.. header];
    }

    /// <summary>The next frame of a connection; null where it ended.</summary>
    public static async Task<WireFrame?> ReadAsync(WireConnection connection)
    {
        if (await WireFrameHeader.ReadAsync(connection) is not { } header)
            return null;
        return header.Length <= MostReceived
            ? await header.ReadPayloadAsync(connection)
            : throw new CheckFailedException("frames that a peer can take", $"one of {header.Length} bytes");
    }
}

/// <summary>The header of a frame.</summary>
internal sealed record WireFrameHeader(int Opcode, bool IsFinal, long Length, byte[]? Mask)
{
    /// <summary>The next header of a connection; null where it ended.</summary>
    public static async Task<WireFrameHeader?> ReadAsync(WireConnection connection)
    {
        if (await connection.ReadAsync(2) is not [var first, var second])
            return null;

        long length = second & 0x7F;
        if (length >= 126)
        {
            if (await connection.ReadAsync(length == 126 ? 2 : 8) is not { } extended)
                return null;
            length = extended.Aggregate(0L, (sum, x) => (sum << 8) | x);
        }

        byte[]? mask = null;
        if ((second & 0x80) != 0)
        {
            mask = await connection.ReadAsync(4);
            if (mask is null)
                return null;
        }

        return new(first & 0x0F, (first & 0x80) != 0, length, mask);
    }

    /// <summary>The frame with what follows the header; null where the connection ended.</summary>
    public async Task<WireFrame?> ReadPayloadAsync(WireConnection connection)
    {
        if (await connection.ReadAsync((int)Length) is not { } payload)
            return null;
        for (var i = 0; Mask is not null && i < payload.Length; i++)
            payload[i] ^= Mask[i & 3];
        return new(Opcode, payload) { IsFinal = IsFinal, IsMasked = Mask is not null };
    }
}
