using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Heliograph.Server.Regions;

/// <summary>
/// Seals what regions tell each other of a forwarded call, by ASP.NET Data Protection, whose keys are in the registry that they share:
/// nobody else can make or alter it.
/// </summary>
internal sealed class ForwardedCallProtector(IDataProtectionProvider dataProtection)
{
    private const byte Version = 1;

    private readonly IDataProtector _protector = dataProtection.CreateProtector("Heliograph.ForwardedCall.v1");

    /// <summary>The call as text for a header (base64url).</summary>
    public string Protect(ForwardedCall call)
    {
        using var buffer = new MemoryStream(192);
        using (var writer = new BinaryWriter(buffer))
        {
            writer.Write(Version);
            writer.Write((byte)call.Path.Count);
            foreach (var region in call.Path)
                writer.Write(region);
            writer.Write(call.Target);
            writer.Write(call.Caller?.ToString() ?? "");
            writer.Write(call.BaseUrl);
            writer.Write(call.ExpiresAt.Ticks);
        }

        return Base64Url.EncodeToString(_protector.Protect(buffer.ToArray()));
    }

    /// <summary>The call, expired or not; null where the text was not made by a node of this registry.</summary>
    public ForwardedCall? Unprotect(string text)
    {
        if (text.Length is 0 or > 4096 || !Base64Url.IsValid(text))
            return null;

        try
        {
            using var reader = new BinaryReader(new MemoryStream(_protector.Unprotect(Base64Url.DecodeFromChars(text))));
            return reader.ReadByte() == Version ? Read(reader) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static ForwardedCall Read(BinaryReader reader)
    {
        var path = new string[reader.ReadByte()];
        for (var i = 0; i < path.Length; i++)
            path[i] = reader.ReadString();
        var target = reader.ReadString();
        var caller = reader.ReadString() is { Length: > 0 } address ? IPAddress.Parse(address) : null;
        return new(path, target, caller, reader.ReadString(), new(reader.ReadInt64(), DateTimeKind.Utc));
    }
}
