using System.Net;

namespace Heliograph.Load.Wire;

/// <summary>
/// Hands out the generator's own ports in turn. Left to the kernel, a connect takes up to a millisecond of CPU once half of its range is in use
/// (28,000 ports, of which it tries the one half first), and that would be taken from the server.
/// </summary>
internal static class LoopbackPorts
{
    /// <summary>More ports in a row than any other program has.</summary>
    public const int MostTries = 1000;

    private const int First = 10_000;
    private const int Count = 55_000;

    private static int _last = Random.Shared.Next(Count);

    /// <summary>Where none is free, the kernel is left to look for one.</summary>
    public static void Bind(int socket)
    {
        Span<byte> address = stackalloc byte[LibC.AddressBytes];
        for (var tries = 0; tries < MostTries; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            LibC.WriteAddress(address, IPAddress.Loopback, port);
            if (LibC.Bind(socket, ref address[0], address.Length) == 0)
            {
                return;
            }
        }
    }
}
