using System.Text.Json;

namespace Heliograph.Protocol.Signing;

/// <summary>No signatures: <c>{"type":"NONE","message":…}</c>. For channels that the service vouches for, or where anyone may come in.</summary>
public sealed class NoneSigner : MessageSigner
{
    /// <inheritdoc />
    public override byte[] Sign(ReadOnlySpan<byte> message) => PeerJson.WriteObject(message, (writer, message) =>
    {
        writer.WriteString("type"u8, "NONE"u8);
        writer.WriteRaw("message"u8, message);
    });

    /// <inheritdoc />
    public override JsonElement Verify(JsonElement data)
    {
        RequireType(data, "NONE");
        return data.TryGetProperty("message", out var message) ? message : throw MessageRejectedException.Unreadable("The signed data has no message.");
    }
}
