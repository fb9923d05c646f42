using System.Runtime.InteropServices;

namespace Heliograph.Load.Wire;

/// <summary>A client's socket with TLS on it. The handshake goes along with the first send, which would block until it is through.</summary>
internal sealed class TlsClientSocket(int descriptor) : ClientSocket(descriptor)
{
    private nint _tls = OpenSsl.Open(descriptor);

    public override int Send(ReadOnlySpan<byte> bytes)
    {
        OpenSsl.ClearErrors();
        var sent = OpenSsl.Write(_tls, ref MemoryMarshal.GetReference(bytes), bytes.Length);
        return sent > 0 ? sent : Failure(sent);
    }

    public override int Receive(Span<byte> buffer)
    {
        OpenSsl.ClearErrors();
        var have = 0;
        int received;
        do
        {
            received = OpenSsl.Read(_tls, ref buffer[have], buffer.Length - have);
            have += Math.Max(0, received);
        }
        // What OpenSSL has taken from the socket already, the kernel doesn't tell of again.
        while (received > 0 && have < buffer.Length && OpenSsl.HasPending(_tls) != 0);
        return have > 0 ? have : Failure(received);
    }

    public override void EndSending()
    {
        OpenSsl.ClearErrors();
        _ = OpenSsl.Shutdown(_tls);
        base.EndSending();
    }

    public override void Dispose()
    {
        if (_tls != 0)
        {
            OpenSsl.Free(_tls);
            _tls = 0;
        }

        base.Dispose();
    }

    private int Failure(int result) => OpenSsl.ErrorOf(_tls, result) switch
    {
        OpenSsl.WantRead or OpenSsl.WantWrite => WouldBlock,
        OpenSsl.EndOfStream => 0,
        _ => Broken,
    };
}
