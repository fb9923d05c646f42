using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Heliograph.Load.Wire;

/// <summary>
/// A client's TCP socket, as the kernel has it. It blocks until it is told not to: connects, HTTP calls and upgrades come one after the
/// other, load does not.
/// </summary>
internal class ClientSocket : IDisposable
{
    /// <summary>What <see cref="Send"/> and <see cref="Receive"/> return where it would block, or has for too long.</summary>
    public const int WouldBlock = -1;

    /// <summary>What they return where the connection is broken.</summary>
    public const int Broken = -2;

    // Nothing the server does here takes this long: without an answer by then, it never comes.
    private const long TimeoutSeconds = 30;

    private bool _isDisposed;

    protected ClientSocket(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    /// <summary>Connects, and waits for it.</summary>
    public static ClientSocket Connect(Uri uri) => Open(uri, blocking: true);

    /// <summary>Begins to connect. Until it has, sending would block.</summary>
    public static ClientSocket BeginConnect(Uri uri) => Open(uri, blocking: false);

    public void StopBlocking() =>
        _ = LibC.ControlFile(Descriptor, LibC.SetFlags, LibC.ControlFile(Descriptor, LibC.GetFlags, 0) | LibC.NonBlocking);

    /// <summary>Returns how many bytes the kernel took.</summary>
    public virtual int Send(ReadOnlySpan<byte> bytes) =>
        Result(LibC.Send(Descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, LibC.NoSignal));

    /// <summary>Returns how many bytes there were, 0 at the end.</summary>
    public virtual int Receive(Span<byte> buffer) =>
        Result(LibC.Receive(Descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length, 0));

    /// <summary>For a socket that blocks: sends all of it.</summary>
    public void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var sent = Send(bytes);
            if (sent < 0)
            {
                throw new LoadException(sent == Broken ? "the server ended the connection" : "the server takes nothing in");
            }

            bytes = bytes[sent..];
        }
    }

    public virtual void EndSending() => _ = LibC.Shutdown(Descriptor, LibC.ShutdownSend);

    public virtual void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _ = LibC.Close(Descriptor);
        }

        GC.SuppressFinalize(this);
    }

    private static ClientSocket Open(Uri uri, bool blocking)
    {
        var server = AddressOf(uri);
        Span<byte> address = stackalloc byte[LibC.AddressBytes];
        LibC.WriteAddress(address, server, uri.Port);
        for (var tries = 1; ; tries++)
        {
            var descriptor = OpenDescriptor(blocking);
            if (IPAddress.IsLoopback(server))
            {
                LoopbackPorts.Bind(descriptor);
            }

            if (LibC.Connect(descriptor, ref address[0], address.Length) == 0
                || (Marshal.GetLastPInvokeError() == LibC.InProgress && !blocking))
            {
                return uri.Scheme switch
                {
                    "https" or "wss" => new TlsClientSocket(descriptor),
                    "http" or "ws" => new ClientSocket(descriptor),
                    _ => throw new LoadException($"{uri.Scheme}:// is not supported"),
                };
            }

            var error = Marshal.GetLastPInvokeError();
            _ = LibC.Close(descriptor);

            // The kernel still remembers a connection from that port to this server.
            if (error != LibC.AddressNotAvailable || tries == LoopbackPorts.MostTries)
            {
                throw new LoadException($"can't connect to {uri.Host}:{uri.Port}: errno {error}");
            }
        }
    }

    private static int OpenDescriptor(bool blocking)
    {
        var descriptor = LibC.OpenSocket(LibC.Internet, LibC.Stream | LibC.CloseOnExec | (blocking ? 0 : LibC.NonBlocking), 0);
        if (descriptor < 0)
        {
            throw new LoadException($"can't open a socket: errno {Marshal.GetLastPInvokeError()}");
        }

        Span<byte> one = [1, 0, 0, 0];
        _ = LibC.SetOption(descriptor, LibC.LevelTcp, LibC.NoDelay, ref one[0], one.Length);
        // The kernel remembers the connections of the scenario before: their ports are good for another server.
        _ = LibC.SetOption(descriptor, LibC.LevelSocket, LibC.ReuseAddress, ref one[0], one.Length);
        if (blocking)
        {
            Span<byte> timeout = stackalloc byte[2 * sizeof(long)];
            timeout.Clear();
            BinaryPrimitives.WriteInt64LittleEndian(timeout, TimeoutSeconds);
            _ = LibC.SetOption(descriptor, LibC.LevelSocket, LibC.ReceiveTimeout, ref timeout[0], timeout.Length);
            _ = LibC.SetOption(descriptor, LibC.LevelSocket, LibC.SendTimeout, ref timeout[0], timeout.Length);
        }

        return descriptor;
    }

    private static IPAddress AddressOf(Uri uri) =>
        IPAddress.TryParse(uri.Host, out var address)
            ? address
            : Dns.GetHostAddresses(uri.Host, AddressFamily.InterNetwork).FirstOrDefault()
                ?? throw new LoadException($"{uri.Host} has no IPv4 address");

    private static int Result(nint result)
    {
        if (result >= 0)
        {
            return (int)result;
        }

        return Marshal.GetLastPInvokeError() is LibC.TryAgain or LibC.Interrupted ? WouldBlock : Broken;
    }
}
