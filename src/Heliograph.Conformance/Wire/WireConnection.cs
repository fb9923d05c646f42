using System.Net.Security;
using System.Net.Sockets;

namespace Heliograph.Conformance.Wire;

/// <summary>
/// A TCP or TLS connection to the service on which any bytes can be written, right or wrong, and all that comes is seen as it is. One
/// reader and one writer at a time.
/// </summary>
internal sealed class WireConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly TimeSpan _patience;
    private readonly CancellationToken _cancellationToken;
    private byte[] _received = [];
    private int _start;
    private int _end;

    /// <summary>A connection that is open already; it is this one's to dispose.</summary>
    public WireConnection(Socket socket, Stream stream, TimeSpan patience, CancellationToken cancellationToken)
    {
        _socket = socket;
        _stream = stream;
        _patience = patience;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Connects to the host and port of a URL, with TLS where it is https or wss.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="patience">How long anything on the connection may take.</param>
    /// <param name="receiveBuffer">The size of TCP's receive buffer: a small one makes a slow reader felt sooner.</param>
    /// <param name="cancellationToken">Ends whatever the connection waits for.</param>
    /// <exception cref="IOException">There is no way to it.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public static async Task<WireConnection> OpenAsync(Uri url, TimeSpan patience, int? receiveBuffer, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        using var wait = new Wait(patience, cancellationToken);
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(url.IdnHost, url.Port, wait.Token);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (url.Scheme is "https" or "wss")
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = url.IdnHost, ApplicationProtocols = [SslApplicationProtocol.Http11] }, wait.Token);
            }

            return new(socket, stream, patience, cancellationToken);
        }
        catch (Exception error)
        {
            if (stream is not null)
                await stream.DisposeAsync();
            socket.Dispose();
            switch (error)
            {
                case OperationCanceledException when wait.IsOver:
                    throw new TimeoutException($"no connection to {url.Authority} {wait}", error);
                case SocketException or System.Security.Authentication.AuthenticationException:
                    throw new IOException($"{url.Authority}: {error.Message}", error);
                default:
                    throw;
            }
        }
    }

    /// <summary>Writes bytes.</summary>
    /// <exception cref="IOException">The other side has cut the connection.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var wait = new Wait(_patience, _cancellationToken);
        try
        {
            await _stream.WriteAsync(bytes, wait.Token);
        }
        catch (OperationCanceledException error) when (wait.IsOver)
        {
            throw new TimeoutException($"the service took nothing more {wait}", error);
        }
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

    /// <summary>Everything up to this mark, without it; null where the connection ended before.</summary>
    public async Task<byte[]?> ReadUntilAsync(ReadOnlyMemory<byte> mark)
    {
        while (true)
        {
            var end = _received.AsSpan(_start, _end - _start).IndexOf(mark.Span);
            if (end >= 0)
            {
                var bytes = await ReadAsync(end);
                _start += mark.Length;
                return bytes;
            }

            if (!await FillAsync())
                return null;
        }
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

    /// <summary>Whether something has come that was not read yet.</summary>
    public bool HasReceived => _end > _start || _socket.Available > 0;

    /// <summary>Cuts the connection with a reset, as a crashed peer's machine does.</summary>
    public void Reset()
    {
        _socket.LingerState = new(enable: true, seconds: 0);
        _socket.Close();
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<bool> FillAsync()
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _received.Length)
            Array.Resize(ref _received, Math.Max(4096, _received.Length * 2));

        using var wait = new Wait(_patience, _cancellationToken);
        try
        {
            var count = await _stream.ReadAsync(_received.AsMemory(_end), wait.Token);
            _end += count;
            return count > 0;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            return false;
        }
        catch (OperationCanceledException error) when (wait.IsOver)
        {
            throw new TimeoutException($"nothing came {wait}", error);
        }
    }

    /// <summary>The bound of one wait.</summary>
    private sealed class Wait : IDisposable
    {
        private readonly TimeSpan _patience;
        private readonly CancellationToken _outer;
        private readonly CancellationTokenSource _source;

        public Wait(TimeSpan patience, CancellationToken outer)
        {
            _patience = patience;
            _outer = outer;
            _source = CancellationTokenSource.CreateLinkedTokenSource(outer);
            _source.CancelAfter(patience);
        }

        public CancellationToken Token => _source.Token;

        /// <summary>Whether it was the patience that ended, and not the whole run.</summary>
        public bool IsOver => _source.IsCancellationRequested && !_outer.IsCancellationRequested;

        public void Dispose() => _source.Dispose();

        public override string ToString() => $"within {_patience.TotalSeconds:0.#} s";
    }
}
