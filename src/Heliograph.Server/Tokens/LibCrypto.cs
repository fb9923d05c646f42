using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Heliograph.Server.Tokens;

/// <summary>
/// What <see cref="Es256"/> needs of OpenSSL's libcrypto, beside what the framework offers of it. The framework has initialized it before it is
/// called here, so that there are no two who do.
/// </summary>
internal static partial class LibCrypto
{
    /// <summary>NIST P-256, as OpenSSL numbers it.</summary>
    public const int P256 = 415;

    private const string Library = "libcrypto.so.3";

    /// <summary>Whether this machine has it.</summary>
    public static bool IsThere { get; } = OperatingSystem.IsLinux() && NativeLibrary.TryLoad(Library, out _);

    [LibraryImport(Library, EntryPoint = "EC_KEY_new_by_curve_name")]
    public static partial Key NewKey(int curve);

    /// <summary>Sets a key to a point as SEC 1 section 2.3.3 writes it; 1 where it lies on the curve.</summary>
    [LibraryImport(Library, EntryPoint = "EC_KEY_oct2key")]
    public static partial int SetPublicKey(Key key, ReadOnlySpan<byte> point, nint length, nint context);

    [LibraryImport(Library, EntryPoint = "BN_bin2bn")]
    public static partial nint NewNumber(ReadOnlySpan<byte> bigEndian, int length, nint reused);

    [LibraryImport(Library, EntryPoint = "ECDSA_SIG_new")]
    public static partial Signature NewSignature();

    /// <summary>Gives a signature its two numbers, which are its own from here on.</summary>
    [LibraryImport(Library, EntryPoint = "ECDSA_SIG_set0")]
    public static partial int SetNumbers(Signature signature, nint r, nint s);

    /// <summary>1 where the signature is that of the hash.</summary>
    [LibraryImport(Library, EntryPoint = "ECDSA_do_verify")]
    public static partial int Verify(ReadOnlySpan<byte> hash, int length, Signature signature, Key key);

    /// <summary>Forgets why calls of this thread failed: whoever calls next must not take it for theirs.</summary>
    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    [LibraryImport(Library, EntryPoint = "EC_KEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "ECDSA_SIG_free")]
    private static partial void FreeSignature(nint signature);

    /// <summary>An EC_KEY. Used by one thread at a time.</summary>
    internal sealed class Key() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle()
        {
            FreeKey(handle);
            return true;
        }
    }

    /// <summary>An ECDSA_SIG, with its numbers.</summary>
    internal sealed class Signature() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle()
        {
            FreeSignature(handle);
            return true;
        }
    }
}
