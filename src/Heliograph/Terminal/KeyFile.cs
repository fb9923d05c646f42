using System.Security.Cryptography;
using Heliograph.Protocol;

namespace Heliograph.Terminal;

/// <summary>Key files that a command line names.</summary>
internal static class KeyFile
{
    /// <summary>A private key, the caller's to dispose.</summary>
    /// <param name="option">Which option named the file.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="CommandException">It can't be read, or holds something else.</exception>
    public static ECDsa ReadPrivate(string option, string path) =>
        PrivateKeyPem.TryRead(TextFile.Read(option, path), out var key, out var problem) ? key : throw new CommandException($"{option}: the file '{path}' {problem}");
}
