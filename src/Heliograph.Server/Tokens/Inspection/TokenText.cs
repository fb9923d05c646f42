using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;
using Microsoft.IdentityModel.Tokens;

namespace Heliograph.Server.Tokens.Inspection;

/// <summary>A token taken apart as far as it goes, whatever is wrong with it.</summary>
/// <param name="Text">The token.</param>
/// <param name="Header">Its header; null where that is no JSON object.</param>
/// <param name="Claims">Its claims; null where they are no JSON object.</param>
/// <param name="Signature">Its signature; null where that can't be decoded.</param>
/// <param name="Hints">What is unusual in its form: why it is refused, if it is.</param>
internal sealed record TokenText(string Text, JsonElement? Header, JsonElement? Claims, byte[]? Signature, IReadOnlyList<Problem> Hints)
{
    private const int MaxLength = 16 * 1024;

    /// <summary>What the signature is over; its first two parts.</summary>
    public string SignedInput => Text[..Math.Max(0, Text.LastIndexOf('.'))];

    /// <summary>Whose it seems to be meant for: what it may do says it best, then whose key it names.</summary>
    public KeyOwner Role
    {
        get
        {
            var scope = Claim.Text(Claims, "scope") ?? "";
            return (TokenScopes.Contains(scope, TokenScopes.DeviceConnect), TokenScopes.Contains(scope, TokenScopes.ClientConnect)) switch
            {
                (true, false) => KeyOwner.Device,
                (false, true) => KeyOwner.Product,
                _ => KeyId.TryParse(Claim.Text(Header, "kid"), out var key) ? key.Owner : KeyOwner.Device,
            };
        }
    }

    /// <summary>Takes apart what a person gave, who may have copied the header's name with it.</summary>
    public static TokenText Read(string given)
    {
        const string scheme = "Bearer ";
        var text = given.Trim();
        if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            text = text[scheme.Length..].Trim();

        var hints = new List<Problem>();
        var parts = text.Split('.');
        if (text.Length > MaxLength)
            hints.Add(new($"it is {text.Length} characters long; a service takes {MaxLength}", "Leave claims out that nobody reads."));
        if (parts.Length != 3)
        {
            hints.Add(new(
                parts.Length == 5 ? "it has five parts: it is encrypted (JWE)" : $"it has {parts.Length} {(parts.Length == 1 ? "part" : "parts")} between its dots; a JWT has three",
                "Give the whole token, and nothing but it: header.claims.signature."));
        }

        if (text.Any(char.IsWhiteSpace))
            hints.Add(new("there is white space in it", "It was broken into lines when it was copied or stored: join them."));
        if (text.AsSpan().IndexOfAny("+/=") >= 0)
            hints.Add(new("its parts are in plain base64, with + / or =", "Write them in base64url without padding: - for +, _ for /, and no =."));

        var signature = parts.Length > 2 ? Decode(parts[2]) : null;
        if (parts.Length > 2 && signature is null)
            hints.Add(new("its signature can't be decoded: that part is no base64url", "It was cut or changed on the way; make a new one."));
        return new(
            text, ReadObject(parts[0], "header", hints), parts.Length > 1 ? ReadObject(parts[1], "claims", hints) : null, signature, hints);
    }

    private static JsonElement? ReadObject(string part, string name, List<Problem> hints)
    {
        if (Decode(part) is not { } bytes)
        {
            hints.Add(new($"its {name} can't be decoded: that part is no base64url", "It was cut or changed on the way; make a new one."));
            return null;
        }

        if (ForeignJson.TryParse(bytes, out var json) && json.Value.ValueKind == JsonValueKind.Object)
            return json;
        hints.Add(new($"its {name} is no JSON object", "It was cut or changed on the way, or its maker is wrong; make a new one."));
        return null;
    }

    /// <summary>Decodes as the service does, which takes some liberties with padding and spare bits.</summary>
    private static byte[]? Decode(string part)
    {
        try
        {
            return Base64UrlEncoder.DecodeBytes(part);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
