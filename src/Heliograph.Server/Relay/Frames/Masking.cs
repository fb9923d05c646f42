using System.Numerics;

namespace Heliograph.Server.Relay.Frames;

/// <summary>Masking of client frames (RFC 6455 section 5.3).</summary>
internal static class Masking
{
    /// <summary>Masks or unmasks a whole payload in place.</summary>
    public static void Apply(Span<byte> payload, uint mask)
    {
        // A vector's width is a multiple of the mask's, so the mask stays in step from one vector to the next.
        var wide = Vector.AsVectorByte(new Vector<uint>(mask));
        while (payload.Length >= Vector<byte>.Count)
        {
            (new Vector<byte>(payload) ^ wide).CopyTo(payload);
            payload = payload[Vector<byte>.Count..];
        }

        for (var i = 0; i < payload.Length; i++)
            payload[i] ^= (byte)(mask >> (8 * (i & 3)));
    }
}
