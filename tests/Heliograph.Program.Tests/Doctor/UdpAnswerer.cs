using System.Net;
using System.Net.Sockets;

namespace Heliograph.Program.Tests.Doctor;

/// <summary>Something that listens on a UDP port and answers as it is told, or not.</summary>
internal sealed class UdpAnswerer : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));

    public UdpAnswerer(Func<byte[], IPEndPoint, byte[]?> answer)
    {
        Url = $"stun:{_socket.Client.LocalEndPoint}";
        _ = RunAsync(answer);
    }

    public string Url { get; }

    /// <summary>A STUN server's right answer to a binding request (RFC 8489), written out by hand.</summary>
    public static byte[] Binding(byte[] request, IPEndPoint from)
    {
        request.Length.ShouldBe(20);
        request.AsSpan(0, 8).ToArray().ShouldBe([0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42]);
        var address = from.Address.GetAddressBytes();
        return
        [
            0x01, 0x01, 0, 12, .. request.AsSpan(4, 16),
            0x00, 0x20, 0, 8, 0, 1, (byte)((from.Port >> 8) ^ 0x21), (byte)(from.Port ^ 0x12),
            (byte)(address[0] ^ 0x21), (byte)(address[1] ^ 0x12), (byte)(address[2] ^ 0xA4), (byte)(address[3] ^ 0x42),
        ];
    }

    public void Dispose() => _socket.Dispose();

    private async Task RunAsync(Func<byte[], IPEndPoint, byte[]?> answer)
    {
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync();
                if (answer(received.Buffer, received.RemoteEndPoint) is { } bytes)
                    await _socket.SendAsync(bytes, received.RemoteEndPoint);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
