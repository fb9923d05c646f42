using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Heliograph.Testing;

/// <summary>A TCP connection to a service, on which a test writes whatever bytes it likes.</summary>
public class RawConnection : IAsyncDisposable
{
    private readonly Stream _stream;
    private byte[] _received = [];
    private int _start;
    private int _end;

    protected RawConnection((Socket Socket, Stream Stream) opened) => (Socket, _stream) = opened;

    public Socket Socket { get; }

    /// <summary>Connects to the port of a URL on this machine, with TLS where the URL has it.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="receiveBuffer">The size of TCP's receive buffer: a small one makes a slow reader felt sooner.</param>
    public static async Task<RawConnection> ConnectAsync(string url, int? receiveBuffer = null) => new(await OpenAsync(url, receiveBuffer));

    /// <summary>Writes bytes.</summary>
    /// <exception cref="IOException">The other side has cut the connection.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        await _stream.WriteAsync(bytes, patience.Token);
    }

    public Task SendAsync(string ascii) => SendAsync(Encoding.Latin1.GetBytes(ascii));

    /// <summary>Sends each byte in a segment of its own, as far as TCP lets one.</summary>
    public async Task SendByteByByteAsync(ReadOnlyMemory<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
            await SendAsync(bytes.Slice(i, 1));
    }

    /// <summary>Ends this side's half of the connection.</summary>
    public void EndSending() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Cuts the connection with a reset, as a crashed peer's machine does.</summary>
    public void Reset()
    {
        Socket.LingerState = new(enable: true, seconds: 0);
        Socket.Close();
    }

    /// <summary>Exactly so many bytes; null where the connection ended before.</summary>
    public async Task<byte[]?> ReadAsync(int count)
    {
        while (_end - _start < count)
        {
            if (!await FillAsync())
                return null;
        }

        var bytes = _received.AsSpan(_start, count).ToArray();
        _start += count;
        return bytes;
    }

    /// <summary>All that comes until the other side ends the connection.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        while (await FillAsync())
        {
            // Until the end.
        }

        return await ReadAsync(_end - _start) ?? [];
    }

    /// <summary>An HTTP answer; null where the connection ended before one was whole.</summary>
    public async Task<RawHttpAnswer?> ReadAnswerAsync()
    {
        if (await ReadHeadAsync() is not { } head)
            return null;

        var lines = head.Split("\r\n");
        var headers = lines.Skip(1).Select(x => x.Split(": ", 2)).Where(x => x.Length == 2)
            .GroupBy(x => x[0], x => x[1], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(x => x.Key, x => string.Join(", ", x), StringComparer.OrdinalIgnoreCase);
        if (await ReadBodyAsync(headers) is not { } body)
            return null;
        return new(int.Parse(lines[0].Split(' ')[1]), headers, Encoding.UTF8.GetString(body));
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static async Task<(Socket Socket, Stream Stream)> OpenAsync(string url, int? receiveBuffer = null)
    {
        var to = new Uri(url);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        using var patience = new CancellationTokenSource(TestPeer.Patience);
        await socket.ConnectAsync(IPAddress.Loopback, to.Port, patience.Token);
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (to.Scheme is not ("https" or "wss"))
            return (socket, stream);

        var tls = new SslStream(stream, leaveInnerStreamOpen: false, TestCertificate.IsShown);
        await tls.AuthenticateAsClientAsync(new() { TargetHost = to.Host, ApplicationProtocols = [SslApplicationProtocol.Http11] }, patience.Token);
        return (socket, tls);
    }

    private async Task<string?> ReadHeadAsync()
    {
        while (true)
        {
            var end = _received.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var head = Encoding.Latin1.GetString(_received, _start, end);
                _start += end + 4;
                return head;
            }

            if (!await FillAsync())
                return null;
        }
    }

    private async Task<byte[]?> ReadBodyAsync(Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("Content-Length", out var length))
            return await ReadAsync(int.Parse(length));
        if (!headers.TryGetValue("Transfer-Encoding", out var encoding) || encoding != "chunked")
            return [];

        var body = new List<byte>();
        while (true)
        {
            if (await ReadLineAsync() is not { } size || await ReadAsync(Convert.ToInt32(size, 16) + 2) is not { } chunk)
                return null;
            if (chunk.Length == 2)
                return [.. body];
            body.AddRange(chunk.AsSpan(0, chunk.Length - 2));
        }
    }

    private async Task<string?> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (await ReadAsync(1) is [var c])
        {
            if (c == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)c);
        }

        return null;
    }

    private async Task<bool> FillAsync()
    {
        if (_start == _end)
            _start = _end = 0;
        // Small at first: a test may hold ten thousand of these.
        if (_end == _received.Length)
            Array.Resize(ref _received, Math.Max(256, _received.Length * 2));

        using var patience = new CancellationTokenSource(TestPeer.Patience);
        try
        {
            var count = await _stream.ReadAsync(_received.AsMemory(_end), patience.Token);
            _end += count;
            return count > 0;
        }
        catch (IOException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Nothing came for {TestPeer.Patience}, nor did the connection end.");
        }
    }
}
