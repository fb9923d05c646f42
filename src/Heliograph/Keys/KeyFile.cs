using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Heliograph.Protocol;
using Heliograph.Terminal;

namespace Heliograph.Keys;

/// <summary>Files with keys, and new keys.</summary>
internal static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The DER SubjectPublicKeyInfo of a file with a public or a private key; - is standard input.</summary>
    /// <exception cref="CommandException">It can't be read, or holds no such key.</exception>
    public static byte[] ReadPublicKey(string path)
    {
        var text = ReadText(path);
        return TryReadPublicKey(text, out var key, out var problem)
            ? key
            : throw new CommandException($"{(path == "-" ? "standard input" : $"the file '{path}'")} {problem}");
    }

    /// <summary>
    /// The public key in a PEM text. From a private key it is computed here: that one is read, never sent.
    /// <paramref name="problem"/> says in words what is wrong with the text.
    /// </summary>
    public static bool TryReadPublicKey(string pem, [NotNullWhen(true)] out byte[]? subjectPublicKeyInfo, [NotNullWhen(false)] out string? problem)
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

    /// <summary>Makes a key and writes the private one down where only its owner can read it.</summary>
    /// <returns>The public key's DER SubjectPublicKeyInfo.</returns>
    public static byte[] Generate(string privatePath)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(privatePath, key.ExportPkcs8PrivateKeyPem() + "\n", OwnerOnly);
        return key.ExportSubjectPublicKeyInfo();
    }

    /// <summary>Writes a public key's PEM.</summary>
    public static void WritePublicKey(string path, byte[] subjectPublicKeyInfo) => Write(path, PublicKeyPem.Write(subjectPublicKeyInfo), mode: null);

    /// <summary>Writes a file as a whole or not at all, in place of one that may be there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">All that is to be in it.</param>
    /// <param name="mode">Its mode on Unix; the usual one where null.</param>
    /// <exception cref="CommandException">It can't be written.</exception>
    public static void Write(string path, string text, UnixFileMode? mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (mode is not null && !OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        var next = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (var writer = new StreamWriter(next, options))
                writer.Write(text);
            File.Move(next, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"the file '{path}' can't be written: {error.Message}");
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return path == "-" ? Console.In.ReadToEnd() : File.ReadAllText(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"there is no file '{path}'");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"the file '{path}' can't be read: {error.Message}");
        }
    }
}
