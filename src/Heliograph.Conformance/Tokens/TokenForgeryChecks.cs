using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Heliograph.Conformance.Targets;

namespace Heliograph.Conformance.Tokens;

/// <summary>Tokens that nobody signed, or not in the one way that counts.</summary>
internal static class TokenForgeryChecks
{
    public static IEnumerable<Check> All { get; } =
    [
        new(
            "tokens.alg-none",
            "No other alg is ever accepted, whatever the header says.",
            "Anyone at all could write such a token.",
            AlgNoneAsync),
        new(
            "tokens.alg-hs256",
            "No other alg is ever accepted, whatever the header says.",
            "A public key is no secret: taken for one, as libraries do that believe the header, it lets anyone sign.",
            AlgHs256Async),
        new(
            "tokens.alg-other",
            "JWT, ES256 only. No other alg is ever accepted, whatever the header says.",
            "An alg that is believed is the way to every downgrade.",
            AlgOtherAsync),
        new(
            "tokens.signature-of-other-key",
            "401 UNAUTHORIZED when its signature does not verify.",
            "Anyone could connect as anyone.",
            SignatureOfOtherKeyAsync),
        new(
            "tokens.signature-over-all",
            "401 UNAUTHORIZED when its signature does not verify.",
            "The holder of a token could change what it is about, and for how long.",
            SignatureOverAllAsync),
        new(
            "tokens.signature-raw",
            "Signatures are the raw 64-byte r‖s of JWS.",
            "A service that takes other encodings of a signature verifies by rules of its own, which nobody has looked at.",
            SignatureRawAsync),
    ];

    private static async Task AlgNoneAsync(Scene scene)
    {
        foreach (var alg in (string[])["none", "None"])
        {
            await RefusedAsync(scene, $"alg {alg} and no signature", draft =>
            {
                draft.Header["alg"] = alg;
                return draft.Unsigned() + ".";
            });
        }

        await RefusedAsync(scene, "alg none and a signature", draft =>
        {
            draft.Header["alg"] = "none";
            return draft.Sign();
        });
    }

    private static async Task AlgHs256Async(Scene scene)
    {
        foreach (var (what, secret) in ((string, Func<ECDsa, byte[]>)[])
            [("PEM", key => Encoding.UTF8.GetBytes(key.ExportSubjectPublicKeyInfoPem())), ("DER", key => key.ExportSubjectPublicKeyInfo())])
        {
            await RefusedAsync(scene, $"alg HS256 with the public key's {what} for a secret", draft =>
            {
                draft.Header["alg"] = "HS256";
                return draft.SignWithSecret(secret(draft.Key));
            });
        }
    }

    private static async Task AlgOtherAsync(Scene scene)
    {
        foreach (var alg in (string[])["ES384", "RS256", ""])
        {
            await RefusedAsync(scene, $"alg '{alg}' and an ES256 signature", draft =>
            {
                draft.Header["alg"] = alg;
                return draft.Sign();
            });
        }

        await RefusedAsync(scene, "no alg and an ES256 signature", draft =>
        {
            draft.Header.Remove("alg");
            return draft.Sign();
        });
    }

    private static async Task SignatureOfOtherKeyAsync(Scene scene)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await RefusedAsync(scene, "the kid of a registered key and another key's signature", draft =>
        {
            draft.Key = other;
            return draft.Sign();
        });
    }

    private static async Task SignatureOverAllAsync(Scene scene)
    {
        await RefusedAsync(scene, "an exp that was changed after signing", draft =>
        {
            var signature = draft.Sign().Split('.')[2];
            draft.Claims["exp"] = draft.Claims["exp"]!.GetValue<long>() + 60;
            return $"{draft.Unsigned()}.{signature}";
        });
        await RefusedAsync(scene, "a header that was changed after signing", draft =>
        {
            var signature = draft.Sign().Split('.')[2];
            draft.Header["x"] = 1;
            return $"{draft.Unsigned()}.{signature}";
        });
    }

    private static async Task SignatureRawAsync(Scene scene)
    {
        await RefusedAsync(scene, "a signature in DER", draft => draft.Sign(DSASignatureFormat.Rfc3279DerSequence));
        await RefusedAsync(scene, "a signature of 64 zeros", draft => $"{draft.Unsigned()}.{Base64Url.EncodeToString(new byte[64])}");
    }

    /// <summary>Neither a device's nor a client's token, made so, is taken.</summary>
    private static async Task RefusedAsync(Scene scene, string what, Func<TokenDraft, string> make)
    {
        foreach (var (path, draft) in ((string, Func<TargetDevice, DateTimeOffset, TokenDraft>)[])
            [(Scene.DeviceConnect, TokenDraft.OfDevice), (Scene.ClientConnect, TokenDraft.OfClient)])
        {
            Expect.Error(await scene.CallAsync(path, make(draft(scene.Device, scene.Now))), 401, "UNAUTHORIZED", $"{path} with {what}");
        }
    }
}
