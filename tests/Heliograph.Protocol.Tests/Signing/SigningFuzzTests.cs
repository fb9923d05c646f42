using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Heliograph.Protocol.Signing;
using Heliograph.Protocol.Tests.Routing;
using Heliograph.Protocol.WebRtc;

namespace Heliograph.Protocol.Tests.Signing;

/// <summary>Whatever the other peer sends is taken or refused with a code; nothing else is ever thrown.</summary>
public sealed class SigningFuzzTests
{
    private static readonly string[] Codes = [PeerErrorCodes.DecodeError, PeerErrorCodes.VerificationError];

    private static readonly string[] Jwts =
        [.. SigningVectors.All("accepted").Select(vector => vector.GetProperty("data").GetProperty("jwt").GetString()!)];

    [Fact]
    public void Verify_ChangedJwt_IsNeverTakenForTheOriginal() =>
        Prop.ForAll(Checks.Seeds, seed =>
        {
            var random = new Random(seed);
            var jwt = Jwts[random.Next(Jwts.Length)];
            var changed = Change(jwt, random);
            var data = JsonElement.Parse(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["type"] = "JWT", ["jwt"] = changed }));

            // A change of the signature's last character may leave its bytes as they were: not a forgery.
            var sameSigned = changed[..Math.Max(0, changed.LastIndexOf('.'))] == jwt[..jwt.LastIndexOf('.')];
            var taken = IsTaken(() => NewVerifier().Verify(data));

            (taken && !sameSigned).ShouldBeFalse(changed);
            IsTaken(() => SharedSecretSigner.ReadKeyId(data));
        }).Check(Checks.Of(4000));

    [Fact]
    public void Verify_RightlySignedNonsense_IsTakenOrRefusedWithACode() =>
        Prop.ForAll(Checks.Seeds, seed =>
        {
            var random = new Random(seed);
            var claims = Change("""{"message":{"type":"X","list":[1,"ü\ud83d\udd11"]},"messageSeq":0,"signerNonce":"a\u0062c","verifierNonce":null}"""u8, random);
            var header = random.Next(3) > 0 ? """{"alg":"HS256","typ":"JWT","kid":"a"}"""u8.ToArray() : Change("""{"alg":"HS256","kid":"\u0061"}"""u8, random);
            var data = JsonElement.Parse(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["type"] = "JWT", ["jwt"] = Sign(header, claims) }));

            IsTaken(() => SharedSecretSigner.ReadKeyId(data));
            IsTaken(() => SignalingMessageJson.Read(NewVerifier().Verify(data)));
        }).Check(Checks.Of(4000));

    [Fact]
    public void Verify_AnyJson_IsTakenOrRefusedWithACode() =>
        Prop.ForAll(Checks.Seeds, seed =>
        {
            var json = JsonElement.Parse(new RandomJson(seed).NewEnvelope());

            IsTaken(() => NewVerifier().Verify(json));
            IsTaken(() => new NoneSigner().Verify(json));
            IsTaken(() => SignalingMessageJson.Read(json));
        }).Check(Checks.Of(5000));

    /// <exception cref="Exception">Another than the one that is foreseen.</exception>
    private static bool IsTaken(Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (MessageRejectedException error)
        {
            Codes.ShouldContain(error.Code);
            return false;
        }
    }

    private static SharedSecretSigner NewVerifier() => new(SigningVectors.Secret, nonce: SigningVectors.Nonce);

    private static string Sign(byte[] header, byte[] claims)
    {
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(claims)}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(SigningVectors.Secret), Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Change(string text, Random random)
    {
        const string characters = "AZaz09-_.=+/ {\"ü\0";
        var changed = new StringBuilder(text);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(changed.Length);
            switch (random.Next(4))
            {
                case 0:
                    changed.Remove(at, Math.Min(random.Next(1, 20), changed.Length - at));
                    changed.Append('x');
                    break;
                case 1:
                    changed.Insert(at, characters[random.Next(characters.Length)]);
                    break;
                default:
                    changed[at] = characters[random.Next(characters.Length)];
                    break;
            }
        }

        return changed.ToString();
    }

    private static byte[] Change(ReadOnlySpan<byte> json, Random random)
    {
        string[] pieces = ["\\ud800", "\\", "\"", "{", "}", "[[[[[[", "null", "1e999", "-1", ",", ":", "\"message\":1,", "\"signerNonce\":\"\\udc00\",", "\u00ff"];
        var changed = json.ToArray().ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(changed.Count);
            if (random.Next(2) == 0)
                changed[at] = (byte)random.Next(256);
            else
                changed.InsertRange(at, Encoding.Latin1.GetBytes(pieces[random.Next(pieces.Length)]));
        }

        return [.. changed];
    }
}
