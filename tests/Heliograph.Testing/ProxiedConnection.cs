using System.Net;
using System.Net.Sockets;

namespace Heliograph.Testing;

/// <summary>One connection through a <see cref="CuttingProxy"/>.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "RunAsync disposes both sockets at its end.")]
internal sealed class ProxiedConnection(Socket peer, Fate fate, Action cut)
{
    private readonly Socket _service = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private long _bytes;
    private int _met;
    private volatile bool _isSwallowing;
    private volatile bool _peerHasLeft;

    public bool IsSwallowing => _isSwallowing;

    public bool PeerHasLeft => _peerHasLeft;

    /// <summary>Carries bytes until both ends have gone, or the test has ended.</summary>
    public async Task RunAsync(int port, CancellationToken cancellationToken)
    {
        peer.NoDelay = true;
        using (peer)
        using (_service)
        {
            try
            {
                await _service.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                await Task.WhenAll(CarryAsync(peer, _service, cancellationToken), CarryAsync(_service, peer, cancellationToken));
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The service is not there, the test has ended, or the cut came this early.
            }
        }

        _peerHasLeft = true;
    }

    public void Meet(FateKind kind)
    {
        if (kind == FateKind.None || Interlocked.Exchange(ref _met, 1) != 0)
            return;
        switch (kind)
        {
            case FateKind.Swallow:
                _isSwallowing = true;
                break;
            case FateKind.Finish:
                End(peer);
                End(_service);
                break;
            default:
                Reset(peer);
                Reset(_service);
                break;
        }

        cut();
    }

    private async Task CarryAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var buffer = new byte[8 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and var count)
            {
                if (fate.Delay > TimeSpan.Zero)
                    await Task.Delay(fate.Delay, cancellationToken);
                var sent = (int)Math.Min(count, fate.AfterBytes - Interlocked.Add(ref _bytes, count) + count);
                if (sent > 0 && !_isSwallowing)
                    await SendAllAsync(to, buffer.AsMemory(0, sent), cancellationToken);
                if (sent < count)
                    Meet(fate.Kind);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut, here or there.
        }

        if (from == peer)
            _peerHasLeft = true;
        // A machine that has fallen off the network tells nobody.
        if (!_isSwallowing)
            End(to);
    }

    private static async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
            bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new(enable: true, seconds: 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It has gone already.
        }

        socket.Close();
    }

    private static void End(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It has gone already.
        }
    }
}
