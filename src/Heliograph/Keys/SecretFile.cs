using System.Security.Cryptography;
using Heliograph.Terminal;

namespace Heliograph.Keys;

/// <summary>Files that only their owner can read.</summary>
internal static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a P-256 key and writes it down, in place of a file that may be there.</summary>
    /// <returns>The public key's DER SubjectPublicKeyInfo.</returns>
    /// <exception cref="CommandException">The file can't be written.</exception>
    public static byte[] WriteNewKey(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(path, key.ExportPkcs8PrivateKeyPem() + "\n");
        return key.ExportSubjectPublicKeyInfo();
    }

    /// <summary>Writes a file as a whole or not at all, in place of one that may be there.</summary>
    /// <exception cref="CommandException">The file can't be written.</exception>
    public static void Write(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
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
}
