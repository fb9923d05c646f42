using System.Text.Json;

namespace Heliograph.Protocol.Signing;

/// <summary>No signatures: <c>{"type":"NONE","message":…}</c>. For channels that the service vouches for, or where anyone may come in.</summary>
public sealed class NoneSigner : MessageSigner
{
    /// <inheritdoc />
    public override byte[] Sign(ReadOnlySpan<byte> message, int maxBytes = int.MaxValue)
    {
        var signed = PeerJson.WriteObject(message, (writer, message) =>
        {
            writer.WriteString("type"u8, "NONE"u8);
            writer.WriteRaw("message"u8, message);
        });
        return RequireSize(signed, maxBytes);
    }

    /// <inheritdoc />
    public override JsonElement Verify(JsonElement data)
    {
        RequireType(data, "NONE");
        return data.TryGet("message", out var message) ? message : throw MessageRejectedException.Unreadable("The signed data has no message.");
    }
}
