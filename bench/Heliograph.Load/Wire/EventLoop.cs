using System.Buffers.Binary;
using System.Text;

namespace Heliograph.Load.Wire;

/// <summary>
/// Reads all sockets on the one thread that calls <see cref="Run"/>, and answers pings. A connection that the server closes ends the run:
/// every number of this program assumes that all connections hold.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private const int LongestWaitMilliseconds = 5;

    private readonly Epoll _epoll = new();
    private readonly byte[] _buffer = new byte[256 * 1024];
    private WebSocketConnection?[] _byDescriptor = new WebSocketConnection?[1024];
    private readonly Lock _growing = new();

    public EventLoop() => _epoll.Add(Ticker.Descriptor);

    /// <summary>Stopped unless a run starts it.</summary>
    public Ticker Ticker { get; } = new();

    /// <summary>Any thread may add, also while the loop runs. Connections stay until they are disposed.</summary>
    public void Add(WebSocketConnection connection)
    {
        connection.StopBlocking();
        lock (_growing)
        {
            if (connection.Descriptor >= _byDescriptor.Length)
            {
                var larger = new WebSocketConnection?[Math.Max(connection.Descriptor + 1, _byDescriptor.Length * 2)];
                _byDescriptor.CopyTo(larger, 0);
                Volatile.Write(ref _byDescriptor, larger);
            }

            _byDescriptor[connection.Descriptor] = connection;
        }

        _epoll.Add(connection.Descriptor);
    }

    public void Run(ILoopRun run)
    {
        while (!run.HasFinished())
        {
            var count = _epoll.Wait(LongestWaitMilliseconds);
            for (var i = 0; i < count; i++)
            {
                var descriptor = _epoll.Ready(i);
                if (descriptor == Ticker.Descriptor)
                {
                    run.OnTick(Ticker.Take());
                }
                else
                {
                    Receive(Volatile.Read(ref _byDescriptor)[descriptor]!);
                }
            }
        }
    }

    public void Dispose()
    {
        Ticker.Dispose();
        _epoll.Dispose();
    }

    private void Receive(WebSocketConnection connection)
    {
        var length = connection.Receive(_buffer);
        if (length < 0)
        {
            throw new LoadException("the server cut a connection without a close frame");
        }

        var rest = _buffer.AsSpan(0, length);
        while (Frame.TryRead(rest, out var opcode, out var payload, out var consumed))
        {
            switch (opcode)
            {
                case Frame.Text:
                    connection.Handler?.OnText(connection, payload);
                    break;
                case Frame.Ping:
                    connection.Send(Frame.Build(Frame.Pong, payload));
                    break;
                case Frame.Close:
                    throw new LoadException($"the server closed a connection: {CloseReason(payload)}");
            }

            rest = rest[consumed..];
        }

        connection.KeepPartial(rest);
    }

    private static string CloseReason(ReadOnlySpan<byte> payload) =>
        payload.Length < 2
            ? "no code"
            : $"{BinaryPrimitives.ReadUInt16BigEndian(payload)} {Encoding.UTF8.GetString(payload[2..])}".TrimEnd();
}
