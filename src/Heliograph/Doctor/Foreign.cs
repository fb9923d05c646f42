using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Heliograph.Doctor;

/// <summary>What comes from elsewhere, as it may be shown: on one line, short, without control characters or secrets.</summary>
internal static class Foreign
{
    private const int MaxLength = 100;

    /// <summary>Text of the other side: a terminal must not obey it.</summary>
    public static string Text(string text)
    {
        var line = new StringBuilder();
        foreach (var c in text.Trim())
            line.Append(char.IsControl(c) || char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format ? ' ' : c);
        return line.Length <= MaxLength ? line.ToString() : line.ToString(0, MaxLength) + "…";
    }

    /// <summary>A URL without its query, which may be a ticket.</summary>
    public static string Url(Uri url) => Text(url.IsAbsoluteUri ? url.GetLeftPart(UriPartial.Path) : url.ToString().Split('?')[0]);

    /// <summary>Whether peers elsewhere can't reach an address: loopback, private, link-local, or shared by a carrier's customers.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
            return IPAddress.IsLoopback(plain) || plain.IsIPv6LinkLocal || plain.IsIPv6UniqueLocal || plain.Equals(IPAddress.IPv6Any);
        return plain.GetAddressBytes() is [127, ..] or [10, ..] or [172, >= 16 and < 32, ..] or [192, 168, ..] or [169, 254, ..] or [100, >= 64 and < 128, ..] or [0, ..];
    }
}
