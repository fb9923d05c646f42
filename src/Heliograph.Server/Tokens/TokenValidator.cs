using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Heliograph.Server.Registry;
using Heliograph.Server.Transport;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Heliograph.Server.Tokens;

/// <summary>
/// Checks the JWTs of devices and clients (RFC 7519, ES256 of RFC 7518 section 3.4, and nothing else). The key is found by
/// <c>kid</c> among the keys of the very device or product that the request names.
/// </summary>
internal sealed class TokenValidator(IOptions<TokenOptions> options, TimeProvider time)
{
    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = 16 * 1024 };

    /// <summary>Reads a token's header, to know whose keys to look among.</summary>
    /// <exception cref="ApiException">401: it is no token of the kind that can be accepted.</exception>
    public (JsonWebToken Token, KeyId Key) Read(string text)
    {
        LoopGuard.MustBeElsewhere("The check of a token");
        JsonWebToken token;
        try
        {
            token = _handler.ReadJsonWebToken(text);
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException)
        {
            // The library's message quotes the token; ours says only what it is not.
            throw ApiException.Unauthorized("The token is not a JWT.");
        }

        if (!string.Equals(token.Alg, SecurityAlgorithms.EcdsaSha256, StringComparison.Ordinal))
            throw ApiException.Unauthorized("The token's alg must be ES256.");
        if (token.TryGetHeaderValue<object>("crit", out _))
            throw ApiException.Unauthorized("The token has critical header fields (crit), and none is understood here.");
        if (!KeyId.TryParse(token.Kid, out var key))
            throw ApiException.Unauthorized("The token's kid must be 'device:' or 'product:' and the SHA-256 of the key in hex.");
        return (token, key);
    }

    /// <summary>Checks a token that was read against the key that it names.</summary>
    /// <exception cref="ApiException">401: the signature does not verify, or the time is not right.</exception>
    public AccessToken Validate(JsonWebToken token, VerificationKey key)
    {
        if (!IsSignedBy(key, token))
            throw ApiException.Unauthorized("The token's signature does not verify with the key that its kid names.");

        // Read anew: the library takes a text for a number here and there.
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload));
        var claims = payload.RootElement;
        var expiresAt = CheckTime(claims);
        return new(key.Id, TextClaim(claims, "scope"), TextClaim(claims, "resource"), expiresAt);
    }

    /// <summary>Whether the key signed the token as it came, both parts of it (RFC 7515 section 5.2).</summary>
    private static bool IsSignedBy(VerificationKey key, JsonWebToken token)
    {
        var text = token.EncodedToken;
        var signed = Encoding.UTF8.GetBytes(text, 0, text.LastIndexOf('.'));
        return !token.IsEncrypted && TryDecode(token.EncodedSignature, out var signature) && key.Verifies(signed, signature);
    }

    private static bool TryDecode(string base64Url, [NotNullWhen(true)] out byte[]? bytes)
    {
        try
        {
            bytes = Base64UrlEncoder.DecodeBytes(base64Url);
            return true;
        }
        catch (FormatException)
        {
            bytes = null;
            return false;
        }
    }

    private DateTimeOffset CheckTime(JsonElement claims)
    {
        var now = time.GetUtcNow();
        var skew = options.Value.ClockSkew;
        var expiresAt = TimeClaim(claims, "exp") ?? throw ApiException.Unauthorized("The token has no exp.");
        if (expiresAt + skew <= now)
            throw ApiException.Unauthorized("The token has expired.");
        foreach (var claim in (string[])["nbf", "iat"])
        {
            if (TimeClaim(claims, claim) - skew > now)
                throw ApiException.Unauthorized($"The token's {claim} lies in the future; check the clock of whoever signed it.");
        }

        return expiresAt;
    }

    /// <summary>A NumericDate (RFC 7519 section 2): seconds since 1970, perhaps with a fraction. Null where the claim is missing.</summary>
    private static DateTimeOffset? TimeClaim(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || seconds is not (>= 0 and < 100_000_000_000))
            throw ApiException.Unauthorized($"The token's {name} must be a number of seconds since 1970.");
        return DateTimeOffset.UnixEpoch.AddSeconds(seconds);
    }

    private static string TextClaim(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
