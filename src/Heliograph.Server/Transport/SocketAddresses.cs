using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Heliograph.Server.Transport;

/// <summary>Addresses as the kernel has them (ip(7), ipv6(7)).</summary>
internal static class SocketAddresses
{
    /// <summary>Bytes of the longest, struct sockaddr_in6.</summary>
    public const int Size = 28;

    private const int FamilyInet = 2;

    /// <summary>Reads a struct sockaddr_in or sockaddr_in6.</summary>
    public static IPEndPoint Read(ReadOnlySpan<byte> address)
    {
        var family = MemoryMarshal.Read<ushort>(address);
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return family == FamilyInet
            ? new(new IPAddress(address.Slice(4, 4)), port)
            : new(new IPAddress(address.Slice(8, 16), MemoryMarshal.Read<uint>(address[24..])), port);
    }
}
