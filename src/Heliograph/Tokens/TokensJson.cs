using System.Text.Json;
using System.Text.Json.Serialization;
using Heliograph.Server.Tokens.Inspection;

namespace Heliograph.Tokens;

/// <summary>A token that was made.</summary>
/// <param name="Token">The token.</param>
/// <param name="KeyId">The key that signed it: its <c>kid</c>.</param>
/// <param name="Scope">What it allows.</param>
/// <param name="Resource">What it is about.</param>
/// <param name="ExpiresAt">When it expires.</param>
internal sealed record MadeToken(string Token, string KeyId, string Scope, string Resource, DateTimeOffset ExpiresAt);

/// <summary>What was found out about a token.</summary>
/// <param name="Accepted">Whether a service would take it, for all that is known here.</param>
/// <param name="Verified">Whether its signature was checked, and is right.</param>
/// <param name="Role">Whose it was taken for: <c>device</c> or <c>client</c>.</param>
/// <param name="Device">The device that it is about; left out where it names none.</param>
/// <param name="Header">Its header; left out where it can't be read.</param>
/// <param name="Claims">Its claims; left out where they can't be read.</param>
/// <param name="Signature">What is known of the signature.</param>
/// <param name="Problems">Why it would be refused, the most important first.</param>
internal sealed record TokenReport(
    bool Accepted, bool Verified, string Role, string? Device, JsonElement? Header, JsonElement? Claims, string Signature, IReadOnlyList<Problem> Problems);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MadeToken))]
[JsonSerializable(typeof(TokenReport))]
internal sealed partial class TokensJson : JsonSerializerContext;
