using System.Text.Json;

namespace Heliograph.Protocol.Signing;

/// <summary>
/// The signing layer of one channel at one peer: signs what is sent and verifies what is received, one message after the other, in
/// order. Not thread-safe, but signing and verifying may go on side by side.
/// </summary>
public abstract class MessageSigner
{
    /// <summary>Signs a message.</summary>
    /// <param name="message">Its JSON.</param>
    /// <param name="maxBytes">How large the outcome may be.</param>
    /// <returns>The JSON of the reliability layer's <c>data</c>.</returns>
    /// <exception cref="ArgumentException">The outcome would be larger. The next message takes this one's place.</exception>
    public abstract byte[] Sign(ReadOnlySpan<byte> message, int maxBytes = int.MaxValue);

    /// <summary>Verifies what the other peer sent.</summary>
    /// <param name="data">The reliability layer's <c>data</c>.</param>
    /// <returns>The message.</returns>
    /// <exception cref="MessageRejectedException">It can't be read or verified.</exception>
    public abstract JsonElement Verify(JsonElement data);

    private protected static byte[] RequireSize(byte[] signed, int maxBytes) => signed.Length <= maxBytes
        ? signed
        : throw new ArgumentException($"The signed message has {signed.Length} bytes, more than the {maxBytes} that are allowed.", nameof(maxBytes));

    private protected static void RequireType(JsonElement data, string type)
    {
        var found = data.Text("type") ?? throw MessageRejectedException.Unreadable("The message has no signing type.");
        if (found != type)
            throw MessageRejectedException.Unverified($"The message is signed as {(found is "NONE" or "JWT" ? found : "something else")}, not as {type}.");
    }
}
