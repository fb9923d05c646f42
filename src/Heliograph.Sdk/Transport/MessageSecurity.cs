namespace Heliograph.Sdk;

/// <summary>How the peers of a channel make sure of each other. Both must use the same.</summary>
public abstract record MessageSecurity
{
    private protected MessageSecurity()
    {
    }

    /// <summary>
    /// No signatures. On a device only for channels that the service has authorized: others end with
    /// <see cref="SignalingErrorCodes.AccessDenied"/>, unless <paramref name="allowUnauthorized"/> lets in anyone who knows the IDs.
    /// </summary>
    /// <param name="allowUnauthorized">On a device: whether clients without a token may come in as well.</param>
    public static MessageSecurity None(bool allowUnauthorized = false) => new NoSecurity(allowUnauthorized);

    /// <summary>Every message is signed with a secret that both peers know.</summary>
    /// <param name="secret">The secret: long and random, since who guesses it is let in.</param>
    /// <param name="keyId">On a client: tells the device which of its secrets is meant. Null for the only one.</param>
    public static MessageSecurity SharedSecret(string secret, string? keyId = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        return new SharedSecretSecurity((_, _) => ValueTask.FromResult<string?>(secret), keyId);
    }

    /// <summary>On a device: as <see cref="SharedSecret"/>, with a secret for each key ID, such as one for each user.</summary>
    /// <param name="findSecret">
    /// Gives the secret for the key ID that the client names (null where it names none), or null for one that is not known. The key ID
    /// is whatever the client wrote, until the signature has been verified. A <see cref="ChannelException"/> ends the channel with its own
    /// code, any other exception with <see cref="SignalingErrorCodes.InternalError"/>. The token is cancelled when the channel has ended.
    /// </param>
    public static MessageSecurity SharedSecrets(Func<string?, CancellationToken, ValueTask<string?>> findSecret)
    {
        ArgumentNullException.ThrowIfNull(findSecret);
        return new SharedSecretSecurity(findSecret, KeyId: null);
    }
}

/// <inheritdoc cref="MessageSecurity.None"/>
internal sealed record NoSecurity(bool AllowUnauthorized) : MessageSecurity;

/// <inheritdoc cref="MessageSecurity.SharedSecrets"/>
internal sealed record SharedSecretSecurity(Func<string?, CancellationToken, ValueTask<string?>> FindSecret, string? KeyId) : MessageSecurity;
