using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Heliograph.Protocol.Signing;

/// <summary>
/// <c>{"type":"JWT","jwt":"…"}</c>: HS256 (RFC 7518 section 3.2) over a secret that both peers know. A sequence number and a nonce of
/// each side tie every message to its place in this very session, so that none can be replayed, left out or moved by whoever carries them.
/// </summary>
public sealed class SharedSecretSigner : MessageSigner
{
    private const int NonceBytes = 16;

    private readonly byte[] _secret;
    private readonly string? _keyId;
    private readonly string _nonce;
    private volatile string? _peerNonce;
    private long _nextToSign;
    private long _nextExpected;

    /// <summary>Creates the signer of one session.</summary>
    /// <param name="secret">The shared secret; its UTF-8 bytes are the key.</param>
    /// <param name="keyId">Tells the other peer which of its secrets is meant; null for the only one.</param>
    /// <param name="nonce">This session's nonce; random where null.</param>
    public SharedSecretSigner(string secret, string? keyId = null, string? nonce = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        _secret = Encoding.UTF8.GetBytes(secret);
        _keyId = keyId;
        _nonce = nonce ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceBytes));
    }

    /// <summary>
    /// The key ID in a signed message, for a device that has several secrets; null where it names none. Nothing is verified yet.
    /// </summary>
    /// <exception cref="MessageRejectedException">The message is not signed this way, or can't be read.</exception>
    public static string? ReadKeyId(JsonElement data) => Jwt.Read(data).Header.Text("kid");

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">A second message, before the other peer's first has been verified.</exception>
    public override byte[] Sign(ReadOnlySpan<byte> message, int maxBytes = int.MaxValue)
    {
        var peerNonce = _peerNonce;
        if (_nextToSign > 0 && peerNonce is null)
            throw new InvalidOperationException("A second message can be signed only after the other peer's first has come.");

        var signed = $"{EncodeHeader()}.{EncodeClaims(message, peerNonce)}";
        var jwt = $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(_secret, Encoding.ASCII.GetBytes(signed)))}";
        var data = RequireSize(Encoding.ASCII.GetBytes($$"""{"type":"JWT","jwt":"{{jwt}}"}"""), maxBytes);
        _nextToSign++;
        return data;
    }

    /// <inheritdoc />
    public override JsonElement Verify(JsonElement data)
    {
        var jwt = Jwt.Read(data);
        if (jwt.Header.Text("alg") != "HS256")
            throw MessageRejectedException.Unverified("The message is signed with another algorithm.");
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_secret, jwt.Signed), jwt.Signature))
            throw MessageRejectedException.Unverified("The signature is wrong: the peers do not share the same secret.");
        return CheckPlace(jwt.Claims);
    }

    private JsonElement CheckPlace(JsonElement claims)
    {
        if (!claims.TryGet("message", out var message)
            || claims.Count("messageSeq") is not { } seq
            || claims.Text("signerNonce") is not { Length: > 0 } signerNonce)
            throw MessageRejectedException.Unreadable("The signed message lacks message, messageSeq or signerNonce.");

        if (seq != _nextExpected)
            throw MessageRejectedException.Unverified("The message is not the next one of this session.");
        // Its own nonce as the other's means that a message of this side was sent back to it.
        if (signerNonce == _nonce || (_peerNonce is not null && signerNonce != _peerNonce))
            throw MessageRejectedException.Unverified("The message is of another session.");
        // A first message can do without, if its sender had heard nothing yet; but it must not answer someone else.
        if (claims.Text("verifierNonce") != _nonce && (seq > 0 || HasVerifierNonce(claims)))
            throw MessageRejectedException.Unverified("The message answers another session.");

        _peerNonce = signerNonce;
        _nextExpected++;
        return message;
    }

    private static bool HasVerifierNonce(JsonElement claims) =>
        claims.TryGet("verifierNonce", out var nonce) && nonce.ValueKind != JsonValueKind.Null && nonce.Text() != "";

    private string EncodeHeader() => Base64Url.EncodeToString(PeerJson.WriteObject(_keyId, (writer, keyId) =>
    {
        writer.WriteString("alg"u8, "HS256"u8);
        writer.WriteString("typ"u8, "JWT"u8);
        if (keyId is not null)
            writer.WriteString("kid"u8, keyId);
    }));

    private string EncodeClaims(ReadOnlySpan<byte> message, string? peerNonce) => Base64Url.EncodeToString(PeerJson.WriteObject(message, (writer, message) =>
    {
        writer.WriteRaw("message"u8, message);
        writer.WriteNumber("messageSeq"u8, _nextToSign);
        writer.WriteString("signerNonce"u8, _nonce);
        if (peerNonce is not null)
            writer.WriteString("verifierNonce"u8, peerNonce);
    }));

    /// <summary>A JWT's parts, read but not verified.</summary>
    private readonly record struct Jwt(JsonElement Header, JsonElement Claims, byte[] Signed, byte[] Signature)
    {
        private static readonly JsonDocumentOptions Options = new() { MaxDepth = PeerJson.MaxDepth };

        private static readonly SearchValues<char> Alphabet =
            SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

        public static Jwt Read(JsonElement data)
        {
            RequireType(data, "JWT");
            if (data.Text("jwt")?.Split('.') is not [var header, var claims, var signature])
                throw MessageRejectedException.Unreadable("The message is not a JWT.");
            try
            {
                return new(ReadObject(header), ReadObject(claims), Encoding.ASCII.GetBytes($"{header}.{claims}"), Decode(signature));
            }
            catch (Exception error) when (error is FormatException or JsonException)
            {
                throw MessageRejectedException.Unreadable("The JWT can't be read.");
            }
        }

        private static JsonElement ReadObject(string part)
        {
            var bytes = Decode(part);
            // The reader looks at the bytes of texts only when they are asked for.
            if (!Utf8.IsValid(bytes))
                throw new FormatException();
            var json = JsonElement.Parse(bytes, Options);
            return json.ValueKind == JsonValueKind.Object ? json : throw new FormatException();
        }

        /// <summary>Neither padding nor white space belongs in a JWT (RFC 7515 section 2), though the decoder would take both.</summary>
        private static byte[] Decode(string part) =>
            part.AsSpan().ContainsAnyExcept(Alphabet) ? throw new FormatException() : Base64Url.DecodeFromChars(part);
    }
}
