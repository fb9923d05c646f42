using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Server.Tokens.Inspection;

/// <summary>What must be right in a token's header.</summary>
internal static class HeaderCheck
{
    private const string Form = "'device:' or 'product:' and the SHA-256 of the public key (its DER SubjectPublicKeyInfo) in hex";

    /// <summary>Adds what is wrong.</summary>
    /// <returns>The key that the header names; null where it names none.</returns>
    public static KeyId? Run(JsonElement header, KeyOwner role, List<Problem> problems)
    {
        if (Claim.Text(header, "alg") is not "ES256")
        {
            problems.Add(new(
                Claim.Find(header, "alg") is { } alg ? $"its alg is {alg.GetRawText()}" : "it has no alg",
                "Sign with ES256 (ECDSA on P-256 with SHA-256): nothing else is ever accepted, and the name is written just so."));
        }

        if (Claim.Find(header, "crit") is not null)
            problems.Add(new("its header has critical fields (crit), and services understand none", "Leave crit out."));

        if (!KeyId.TryParse(Claim.Text(header, "kid"), out var key))
        {
            problems.Add(new(
                Claim.Find(header, "kid") switch
                {
                    null => "it has no kid, so no service knows whose key to check it with",
                    { ValueKind: JsonValueKind.String } kid when IsHash(Claim.Text(header, "kid")) => $"its kid {kid.GetRawText()} does not begin with 'device:' or 'product:'",
                    { } kid => $"its kid {kid.GetRawText()} is not of the right form",
                },
                $"The kid is {Form}: 'heliograph key generate' tells it."));
            return null;
        }

        if (key.Owner != role)
        {
            problems.Add(role == KeyOwner.Device
                ? new("it is meant for a device, but its kid names a product's key", "Sign a device's token with the device's own key, and write 'device:' before the key's hash.")
                : new("it is meant for a client, but its kid names a device's key", "Sign a client's token with a key of the product, and write 'product:' before the key's hash."));
        }

        return key;
    }

    private static bool IsHash(string? kid) => kid is not null && KeyId.TryParse($"device:{kid}", out _);
}
