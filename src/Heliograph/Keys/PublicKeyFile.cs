using System.Diagnostics.CodeAnalysis;
using Heliograph.Protocol;
using Heliograph.Terminal;

namespace Heliograph.Keys;

/// <summary>Public keys that come from files. A file with the private key will do, too: that one is read, never sent.</summary>
internal static class PublicKeyFile
{
    /// <summary>The DER SubjectPublicKeyInfo of a file with a public or a private key; - is standard input.</summary>
    /// <exception cref="CommandException">It can't be read, or holds no such key.</exception>
    public static byte[] Read(string path) =>
        TryRead(TextFile.Read(option: null, path), out var key, out var problem)
            ? key
            : throw new CommandException($"{(path == "-" ? "standard input" : $"the file '{path}'")} {problem}");

    /// <summary>The public key in a PEM text; <paramref name="problem"/> says in words what is wrong with the text.</summary>
    public static bool TryRead(string pem, [NotNullWhen(true)] out byte[]? subjectPublicKeyInfo, [NotNullWhen(false)] out string? problem)
    {
        if (!pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            return PublicKeyPem.TryRead(pem, out subjectPublicKeyInfo, out problem);

        subjectPublicKeyInfo = null;
        if (!PrivateKeyPem.TryRead(pem, out var key, out problem))
            return false;
        using (key)
            subjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo();
        return true;
    }
}
