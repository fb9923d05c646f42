using System.Text;
using Heliograph.Server.Registry;

namespace Heliograph.Server.Tokens.Inspection;

/// <summary>What must be right in a token's signature.</summary>
internal static class SignatureCheck
{
    /// <summary>Adds what is wrong with its form.</summary>
    public static void Run(byte[] signature, List<Problem> problems)
    {
        if (signature.Length == Es256.SignatureLength)
            return;

        const string remedy = "A JWS signature is r and s, 32 bytes each, one behind the other";
        problems.Add(signature switch
        {
            [] => new("it is not signed", "Sign it with ES256: header.claims.signature."),
            // A SEQUENCE of two INTEGERs, as OpenSSL and most crypto chips write signatures.
            [0x30, var length, 0x02, ..] when length == signature.Length - 2 => new(
                $"its signature is in DER ({signature.Length} bytes), as OpenSSL and crypto chips write it",
                $"{remedy}: take the two numbers out of the DER, cut leading zeros and pad each to 32 bytes."),
            _ => new($"its signature has {signature.Length} bytes, not {Es256.SignatureLength}", $"{remedy}, of a P-256 key."),
        });
    }

    public static bool Verifies(TokenText token, VerificationKey key) =>
        key.Verifies(Encoding.UTF8.GetBytes(token.SignedInput), token.Signature);
}
