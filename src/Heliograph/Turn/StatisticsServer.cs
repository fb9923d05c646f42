using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Heliograph.Terminal;

namespace Heliograph.Turn;

/// <summary>
/// Where coturn takes its statistics to: it opens a handful of connections, and makes each anew by itself when it breaks. Each message is
/// passed on before it is answered.
/// </summary>
internal sealed class StatisticsServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly string _password;
    private readonly Action<string, string> _hear;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Task _accepting;

    private StatisticsServer(TcpListener listener, string password, Action<string, string> hear)
    {
        (_listener, _password, _hear) = (listener, password, hear);
        _accepting = AcceptAsync();
    }

    public EndPoint EndPoint => _listener.LocalEndpoint;

    /// <summary>Begins to listen.</summary>
    /// <param name="endPoint">Where.</param>
    /// <param name="password">What whoever connects must know.</param>
    /// <param name="hear">Is told of each message: its channel and its text. From several threads.</param>
    /// <exception cref="CommandException">The port can't be had.</exception>
    public static StatisticsServer Listen(IPEndPoint endPoint, string password, Action<string, string> hear)
    {
        var listener = new TcpListener(endPoint);
        try
        {
            listener.Start();
            return new(listener, password, hear);
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw new CommandException($"can't listen on {endPoint}: {error.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
                _connections[connection] = true;
                _ = connection.ContinueWith(done => _connections.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await new StatisticsConnection(client.GetStream(), _password, _hear).RunAsync(_end.Token);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or InvalidDataException)
            {
                // coturn is gone, or it is not coturn; it comes again.
            }
        }
    }
}
