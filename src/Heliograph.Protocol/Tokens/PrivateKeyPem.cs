using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Heliograph.Protocol;

/// <summary>Private keys as they lie in files: NIST P-256, PEM, in PKCS #8 (<c>PRIVATE KEY</c>) or SEC 1 (<c>EC PRIVATE KEY</c>).</summary>
public static class PrivateKeyPem
{
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>Reads a PEM text; <paramref name="problem"/> says in words what is wrong with it. The key is the caller's to dispose.</summary>
    public static bool TryRead(string? pem, [NotNullWhen(true)] out ECDsa? key, [NotNullWhen(false)] out string? problem)
    {
        key = null;
        problem = FindKey(pem, out var block);
        if (problem is not null)
            return false;

        var read = ECDsa.Create();
        try
        {
            read.ImportFromPem(block);
            problem = read.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true, Oid.Value: P256 }
                ? null
                : "is on another curve; it must be a NIST P-256 key";
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            problem = "holds no elliptic-curve private key; it must be a NIST P-256 key";
        }

        if (problem is not null)
        {
            read.Dispose();
            return false;
        }

        key = read;
        return true;
    }

    /// <summary>Finds the first key of a PEM text: <c>openssl ecparam -genkey</c> writes the curve's name as a block before it.</summary>
    private static string? FindKey(string? pem, out ReadOnlySpan<char> block)
    {
        block = default;
        var rest = pem.AsSpan();
        string? problem = null;
        while (PemEncoding.TryFind(rest, out var fields))
        {
            switch (rest[fields.Label])
            {
                case "PRIVATE KEY" or "EC PRIVATE KEY":
                    block = rest[fields.Location];
                    return null;
                case "ENCRYPTED PRIVATE KEY":
                    problem = "is encrypted; write it without a passphrase (openssl pkcs8 -topk8 -nocrypt), readable by its owner only";
                    break;
                case "PUBLIC KEY":
                    problem = "is a public key; the private key is needed (-----BEGIN PRIVATE KEY-----)";
                    break;
            }

            rest = rest[fields.Location.End..];
        }

        return problem ?? "is not the PEM of a private key; it must begin with -----BEGIN PRIVATE KEY-----";
    }
}
