using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Heliograph.Server.Ice.Stun;

/// <summary>A way to a STUN or TURN server, over UDP, TCP or TLS.</summary>
internal sealed class StunConnection : IDisposable
{
    /// <summary>How long to wait before a request is sent again over UDP; it doubles each time (RFC 8489 section 6.2.1).</summary>
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);

    private readonly Socket _socket;
    private readonly TimeSpan _timeout;
    private readonly Stream? _stream;

    private StunConnection(Socket socket, Stream? stream, TimeSpan timeout)
    {
        _socket = socket;
        _stream = stream;
        _timeout = timeout;
    }

    /// <summary>Whether something came that was no answer to a request.</summary>
    public bool HasReceivedOther { get; private set; }

    /// <exception cref="SocketException">It can't be reached.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">Its certificate is not accepted.</exception>
    public static async Task<StunConnection> OpenAsync(IceUrl url, IPAddress address, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var isUdp = url.Transport == StunTransport.Udp;
        var socket = new Socket(address.AddressFamily, isUdp ? SocketType.Dgram : SocketType.Stream, isUdp ? ProtocolType.Udp : ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, url.Port), cancellationToken);
            if (isUdp)
                return new(socket, null, timeout);
            Stream stream = new NetworkStream(socket, ownsSocket: false);
            if (url.Transport == StunTransport.Tls)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsClientAsync(new() { TargetHost = url.Host }, cancellationToken);
                stream = tls;
            }

            return new(socket, stream, timeout);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks; null where no answer comes in time.</summary>
    /// <exception cref="SocketException">The server refuses (a port where nothing listens).</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<StunMessage?> AskAsync(StunMessage request, byte[]? integrityKey, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_timeout);
        var bytes = request.Write(integrityKey);
        try
        {
            if (_stream is not null)
                return await AskByStreamAsync(_stream, request, bytes, limit.Token);

            using var answered = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            var sending = SendAgainAndAgainAsync(bytes, answered.Token);
            try
            {
                return await ReceiveAsync(request, limit.Token);
            }
            finally
            {
                await answered.CancelAsync();
                await sending;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _socket.Dispose();
    }

    private async Task SendAgainAndAgainAsync(byte[] bytes, CancellationToken answered)
    {
        try
        {
            for (var wait = FirstWait; ; wait *= 2)
            {
                await _socket.SendAsync(bytes, answered);
                await Task.Delay(wait, answered);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // Answered, or refused: then receiving says so.
        }
    }

    private async Task<StunMessage> ReceiveAsync(StunMessage request, CancellationToken cancellationToken)
    {
        var buffer = new byte[2048];
        while (true)
        {
            var length = await _socket.ReceiveAsync(buffer, cancellationToken);
            if (StunMessage.Read(buffer.AsSpan(0, length)) is { } message && message.Answers(request))
                return message;
            HasReceivedOther = true;
        }
    }

    private async Task<StunMessage> AskByStreamAsync(Stream stream, StunMessage request, byte[] bytes, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(bytes, cancellationToken);
        var header = new byte[StunMessage.HeaderSize];
        await stream.ReadExactlyAsync(header, cancellationToken);
        // Only as much as a STUN message of this kind can have: what is no STUN must not be waited for by its thousands.
        var body = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2))];
        if (header[0] < 0x40)
            await stream.ReadExactlyAsync(body, cancellationToken);
        if (StunMessage.Read([.. header, .. body]) is { } message && message.Answers(request))
            return message;
        HasReceivedOther = true;
        throw new IOException("That is no answer of a STUN server.");
    }
}
