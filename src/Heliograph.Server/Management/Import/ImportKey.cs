using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Heliograph.Protocol;

namespace Heliograph.Server.Management.Import;

/// <summary>
/// Public keys in fields of an import: PEM, with its line ends as they are, as \n or as blanks, or what is between its first and its last line: base64 of DER.
/// </summary>
internal static class ImportKey
{
    /// <summary>Less than any key of a curve; more than the name of a file is likely to have.</summary>
    private const int MinBase64 = 80;

    /// <summary>The keys of a field: several where it holds base64 keys with blanks between them.</summary>
    public static IReadOnlyList<string> Split(string field)
    {
        var parts = field.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 1 && parts.All(IsBase64) ? parts : [field];
    }

    /// <summary>Whether the field holds a key, well formed or not, rather than, say, the name of a file.</summary>
    public static bool IsKey(string field) => field.Contains("-----BEGIN", StringComparison.Ordinal) || IsBase64(field);

    public static bool TryRead(string field, [NotNullWhen(true)] out byte[]? subjectPublicKeyInfo, [NotNullWhen(false)] out string? problem)
    {
        var pem = IsBase64(field) ? PemEncoding.WriteString("PUBLIC KEY", Convert.FromBase64String(field)) : field.Replace("\\n", "\n", StringComparison.Ordinal);
        return PublicKeyPem.TryRead(pem, out subjectPublicKeyInfo, out problem);
    }

    private static bool IsBase64(string text) =>
        text.Length >= MinBase64 && Convert.TryFromBase64String(text, new byte[text.Length], out _);
}
