using System.Net;
using System.Net.Sockets;

namespace Heliograph.Server.Ice.Stun;

/// <summary>Addresses that peers elsewhere can't reach.</summary>
internal static class PrivateNetworks
{
    /// <summary>Whether an address is loopback, private, link-local, or shared by a carrier's customers.</summary>
    public static bool Contain(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
            return IPAddress.IsLoopback(plain) || plain.IsIPv6LinkLocal || plain.IsIPv6UniqueLocal || plain.Equals(IPAddress.IPv6Any);
        return plain.GetAddressBytes() is [127, ..] or [10, ..] or [172, >= 16 and < 32, ..] or [192, 168, ..] or [169, 254, ..] or [100, >= 64 and < 128, ..] or [0, ..];
    }
}
