using System.Buffers.Text;
using System.Security.Cryptography;
using Heliograph.Protocol;
using Heliograph.Server.Transport;
using Microsoft.AspNetCore.DataProtection;

namespace Heliograph.Server.Connect;

/// <summary>
/// Seals tickets into the query of signaling URLs and opens them again, by ASP.NET Data Protection (authenticated encryption):
/// they can't be read, forged or altered, and every node with the same keys opens them.
/// </summary>
internal sealed class TicketProtector(IDataProtectionProvider dataProtection)
{
    private const byte Version = 1;

    private readonly IDataProtector _protector = dataProtection.CreateProtector("Heliograph.Ticket.v1");

    /// <summary>Makes the key that tickets are sealed with, where there is none.</summary>
    public void MakeReady() => _protector.Protect([]);

    /// <summary>The ticket as text that is safe in a URL (base64url).</summary>
    public string Protect(Ticket ticket)
    {
        using var buffer = new MemoryStream(192);
        using (var writer = new BinaryWriter(buffer))
        {
            writer.Write(Version);
            writer.Write((byte)ticket.Role);
            writer.Write(ticket.Device.Product.Value);
            writer.Write(ticket.Device.Device.Value);
            Span<byte> channel = stackalloc byte[16];
            ticket.Channel.WriteBytes(channel);
            writer.Write(channel);
            writer.Write(ticket.Authorized);
            writer.Write(ticket.Key?.Value ?? "");
            writer.Write(ticket.IssuedAt.Ticks);
            writer.Write(ticket.ExpiresAt.Ticks);
        }

        return Base64Url.EncodeToString(_protector.Protect(buffer.ToArray()));
    }

    /// <summary>The ticket, or null where the text was not made here, or altered since.</summary>
    public Ticket? Unprotect(string? text)
    {
        LoopGuard.MustBeElsewhere("The opening of a ticket");
        if (string.IsNullOrEmpty(text) || text.Length > 2048 || !Base64Url.IsValid(text))
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

    private static Ticket Read(BinaryReader reader)
    {
        var role = (Role)reader.ReadByte();
        var device = new DeviceAddress(ProductId.Parse(reader.ReadString()), DeviceId.Parse(reader.ReadString()));
        var channel = ChannelId.FromBytes(reader.ReadBytes(16));
        var authorized = reader.ReadBoolean();
        KeyId? key = KeyId.TryParse(reader.ReadString(), out var id) ? id : null;
        return new(role, device, channel, authorized, key, Time(reader), Time(reader));

        static DateTime Time(BinaryReader reader) => new(reader.ReadInt64(), DateTimeKind.Utc);
    }
}
