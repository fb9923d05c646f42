using System.Buffers.Binary;
using System.Text.Unicode;

namespace Heliograph.Server.Relay.Frames;

/// <summary>The payload of a close frame (RFC 6455 sections 5.5.1 and 7.4).</summary>
internal static class ClosePayload
{
    /// <summary>What to answer a peer's close frame with: its own code, or the code of what is wrong with it.</summary>
    /// <param name="payload">The payload, unmasked.</param>
    /// <param name="answer">The code to answer; null for an empty close frame, which is answered by an empty one.</param>
    /// <returns>Whether the payload is as it should be.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out ushort? answer)
    {
        if (payload.IsEmpty)
        {
            answer = null;
            return true;
        }

        if (payload.Length < 2 || !IsAllowed(BinaryPrimitives.ReadUInt16BigEndian(payload)))
        {
            answer = CloseCode.ProtocolError;
            return false;
        }

        if (!Utf8.IsValid(payload[2..]))
        {
            answer = CloseCode.InvalidText;
            return false;
        }

        answer = BinaryPrimitives.ReadUInt16BigEndian(payload);
        return true;
    }

    /// <summary>The codes that may stand in a frame: the registered ones that are not for local use, and the private ranges.</summary>
    private static bool IsAllowed(ushort code) => code is >= 1000 and <= 1003 or >= 1007 and <= 1014 or >= 3000 and <= 4999;
}
