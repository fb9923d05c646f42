using System.Security.Cryptography;
using Heliograph.Terminal;

namespace Heliograph.Keys;

/// <summary>Private keys that are made here, in files that only their owner can read.</summary>
internal static class NewKeyFile
{
    /// <summary>Makes a P-256 key and writes it down, in place of a file that may be there.</summary>
    /// <returns>The public key's DER SubjectPublicKeyInfo.</returns>
    /// <exception cref="CommandException">The file can't be written.</exception>
    public static byte[] Write(string path)
    {
        using var draft = FileDraft.Begin(path, isSecret: true);
        var key = Write(draft);
        draft.Commit();
        return key;
    }

    /// <summary>Makes a P-256 key and writes it into a draft.</summary>
    /// <returns>The public key's DER SubjectPublicKeyInfo.</returns>
    public static byte[] Write(FileDraft draft)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        draft.Writer.Write(key.ExportPkcs8PrivateKeyPem() + "\n");
        return key.ExportSubjectPublicKeyInfo();
    }
}
