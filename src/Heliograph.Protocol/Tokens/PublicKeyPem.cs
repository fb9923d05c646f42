using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Heliograph.Protocol;

/// <summary>Public keys as they travel: NIST P-256, SPKI PEM (<c>-----BEGIN PUBLIC KEY-----</c>).</summary>
public static class PublicKeyPem
{
    private const string Label = "PUBLIC KEY";
    private const string P256 = "1.2.840.10045.3.1.7";
    private const string OtherCurve = "is on another curve; it must be a NIST P-256 key, with its curve named";

    /// <summary>Reads a PEM text to DER SubjectPublicKeyInfo; <paramref name="problem"/> says in words what is wrong with it.</summary>
    public static bool TryRead(string? pem, [NotNullWhen(true)] out byte[]? subjectPublicKeyInfo, [NotNullWhen(false)] out string? problem)
    {
        subjectPublicKeyInfo = null;
        if (string.IsNullOrWhiteSpace(pem))
        {
            problem = "is missing; it must be a PEM text that begins with -----BEGIN PUBLIC KEY-----";
            return false;
        }

        if (!PemEncoding.TryFind(pem, out var fields))
        {
            problem = "is not PEM; it must begin with -----BEGIN PUBLIC KEY-----";
            return false;
        }

        var label = pem[fields.Label];
        if (label != Label)
        {
            problem = label.Contains("PRIVATE", StringComparison.Ordinal)
                ? "is a private key; send the public key alone (-----BEGIN PUBLIC KEY-----)"
                : "is PEM of another kind; it must begin with -----BEGIN PUBLIC KEY-----";
            return false;
        }

        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(pem[fields.Base64Data]), out _);
            // A curve that is given by its numbers has no name; it is refused even if its numbers are those of P-256.
            if (key.ExportParameters(includePrivateParameters: false).Curve is not { IsNamed: true, Oid.Value: P256 })
            {
                problem = OtherCurve;
                return false;
            }

            // Exported anew, so that one key has one encoding and therefore one ID.
            subjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo();
            problem = null;
            return true;
        }
        catch (PlatformNotSupportedException)
        {
            // A curve that this machine does not know.
            problem = OtherCurve;
            return false;
        }
        catch (CryptographicException)
        {
            problem = "holds no elliptic-curve public key; it must be a NIST P-256 key";
            return false;
        }
    }

    /// <summary>The PEM text of a DER SubjectPublicKeyInfo.</summary>
    public static string Write(ReadOnlySpan<byte> subjectPublicKeyInfo) => PemEncoding.WriteString(Label, subjectPublicKeyInfo) + "\n";
}
