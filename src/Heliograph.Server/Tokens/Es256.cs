using System.Security.Cryptography;

namespace Heliograph.Server.Tokens;

/// <summary>
/// Verifies signatures of ES256 (RFC 7518 section 3.4), by OpenSSL. A key is taken as it is kept, anew for each signature: with
/// <see cref="LibCrypto"/> that takes a microsecond, where the framework's own import checks the key twice over and takes longer than the
/// verification. It is what the framework does where the library or the key is of another kind.
/// </summary>
internal static class Es256
{
    /// <summary>Bytes of a signature: r and s, 32 each.</summary>
    public const int SignatureLength = 64;

    private const int NumberLength = SignatureLength / 2;

    // Of the thread: it is set to the key of whichever signature is verified.
    [ThreadStatic]
    private static LibCrypto.Key? _key;

    /// <summary>A DER SubjectPublicKeyInfo of a P-256 key (RFC 5480 section 2), up to its point.</summary>
    private static ReadOnlySpan<byte> KeyHeader =>
        [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00];

    /// <summary>Bytes of an uncompressed point (SEC 1 section 2.3.3).</summary>
    private static int PointLength => 1 + (2 * NumberLength);

    /// <summary>Whether a signature is that of the data, by the key.</summary>
    /// <param name="subjectPublicKeyInfo">The public key, in DER.</param>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">The signature: r and s, one behind the other.</param>
    /// <exception cref="CryptographicException">The key is none.</exception>
    public static bool Verifies(ReadOnlySpan<byte> subjectPublicKeyInfo, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength)
            return false;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        return LibCrypto.IsThere && subjectPublicKeyInfo.StartsWith(KeyHeader) && subjectPublicKeyInfo.Length == KeyHeader.Length + PointLength
            ? VerifiesQuickly(subjectPublicKeyInfo[KeyHeader.Length..], hash, signature)
            : VerifiesByFramework(subjectPublicKeyInfo, hash, signature);
    }

    /// <summary>The same by the framework alone.</summary>
    internal static bool VerifiesByFramework(ReadOnlySpan<byte> subjectPublicKeyInfo, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        return key.VerifyHash(hash, signature);
    }

    private static bool VerifiesQuickly(ReadOnlySpan<byte> point, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        var key = _key ??= LibCrypto.NewKey(LibCrypto.P256);
        using var numbers = LibCrypto.NewSignature();
        if (key.IsInvalid || numbers.IsInvalid)
            throw new CryptographicException("OpenSSL has no memory, or no P-256.");
        if (LibCrypto.SetPublicKey(key, point, point.Length, 0) != 1)
        {
            LibCrypto.ClearErrors();
            throw new CryptographicException("The key's point is not on its curve.");
        }

        var r = LibCrypto.NewNumber(signature, NumberLength, 0);
        var s = LibCrypto.NewNumber(signature[NumberLength..], NumberLength, 0);
        if (LibCrypto.SetNumbers(numbers, r, s) != 1)
            throw new CryptographicException("OpenSSL has no memory.");
        var isVerified = LibCrypto.Verify(hash, hash.Length, numbers, key) == 1;
        if (!isVerified)
            LibCrypto.ClearErrors();
        return isVerified;
    }
}
