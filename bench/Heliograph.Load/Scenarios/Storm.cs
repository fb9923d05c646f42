using System.Runtime.InteropServices;
using System.Text;
using Heliograph.Load.Readings;
using Heliograph.Load.Servers;
using Heliograph.Load.Wire;

namespace Heliograph.Load.Scenarios;

/// <summary>
/// Devices that all connect at once, on one thread with sockets that don't block: the server is to be busy, not the generator. A device that
/// is told to wait does; one whose connection breaks comes again, as SDKs do.
/// </summary>
internal sealed class Storm : IDisposable
{
    // So many connects begin before what has come is looked at.
    private const int BeginAtATime = 64;
    private const int LongestWaitMilliseconds = 50;
    private const int TooManyRequests = 429;

    // Of thousands that break, the first say how.
    private const int MostSaid = 10;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(5);

    private readonly IRelayServer _server;
    private readonly EventLoop _keeper;
    private readonly Epoll _epoll = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly StormDevice[] _devices;
    private readonly Dictionary<int, StormDevice> _byDescriptor = [];
    private readonly PriorityQueue<(StormDevice Device, int Attempt), long> _due = new();
    private readonly List<WebSocketConnection> _open = [];

    /// <param name="server">Where they connect.</param>
    /// <param name="keeper">Runs the connections that are open.</param>
    /// <param name="first">The first device.</param>
    /// <param name="count">How many.</param>
    public Storm(IRelayServer server, EventLoop keeper, int first, int count)
    {
        _server = server;
        _keeper = keeper;
        _devices = [.. Enumerable.Range(first, count).Select(pair => new StormDevice(pair, server.DeviceRequest(pair)))];
    }

    public int Count => _devices.Length;

    public long Refused { get; private set; }

    public long Broken { get; private set; }

    /// <summary>Returns when all are in.</summary>
    public void Run(Action check)
    {
        var startedAt = Clock.Now;
        var begun = 0;
        while (_open.Count < _devices.Length)
        {
            for (var end = Math.Min(begun + BeginAtATime, _devices.Length); begun < end; begun++)
            {
                Begin(_devices[begun]);
            }

            var count = _epoll.Wait(begun < _devices.Length ? 0 : LongestWaitMilliseconds);
            for (var i = 0; i < count; i++)
            {
                GoOn(_byDescriptor[_epoll.Ready(i)]);
            }

            RetryDue();
            check();
            if (Clock.Now - startedAt > GiveUpAfter.Nanoseconds())
            {
                throw new LoadException($"{_devices.Length - _open.Count} of {_devices.Length} devices of the storm never got in");
            }
        }
    }

    public void Dispose()
    {
        foreach (var device in _devices)
        {
            device.Socket?.Dispose();
        }

        _open.ForEach(connection => connection.Dispose());
        _epoll.Dispose();
    }

    private void Begin(StormDevice device)
    {
        if (device.Call is { } call)
        {
            device.IsOpening = false;
            Connect(device, _server.Address, call);
        }
        else
        {
            Open(device, _server.DeviceUrl(device.Pair, []));
        }
    }

    private void Open(StormDevice device, Uri url)
    {
        device.IsOpening = true;
        Connect(device, url, WebSocketHandshake.BuildRequest(url));
    }

    private void Connect(StormDevice device, Uri url, byte[] request)
    {
        device.Attempt++;
        device.Unsent = request;
        device.Received = [];
        device.Socket = ClientSocket.BeginConnect(url);
        _byDescriptor[device.Socket.Descriptor] = device;
        _epoll.AddForNews(device.Socket.Descriptor);
        _due.Enqueue((device, device.Attempt), Clock.Now + LongestAnswer.Nanoseconds());
    }

    /// <summary>Sends and receives what there is. Until the socket is connected, sending would block.</summary>
    private void GoOn(StormDevice device)
    {
        while (!device.Unsent.IsEmpty)
        {
            var sent = device.Socket!.Send(device.Unsent.Span);
            if (sent < 0)
            {
                if (sent == ClientSocket.Broken)
                {
                    Break(device, $"can't send: errno {Marshal.GetLastPInvokeError()}");
                }

                return;
            }

            device.Unsent = device.Unsent[sent..];
        }

        device.Received.CopyTo(_buffer, 0);
        var received = device.Socket!.Receive(_buffer.AsSpan(device.Received.Length));
        if (received <= 0)
        {
            if (received != ClientSocket.WouldBlock)
            {
                Break(device, received == 0 ? "the server ended it" : $"can't receive: errno {Marshal.GetLastPInvokeError()}");
            }

            return;
        }

        var data = _buffer.AsSpan(0, device.Received.Length + received);
        if (!HttpAnswer.TryRead(data, out var answer, out var consumed))
        {
            device.Received = data.ToArray();
            // What is behind it may have come meanwhile, of which there is no news.
            GoOn(device);
            return;
        }

        OnAnswer(device, answer, data[consumed..]);
    }

    private void OnAnswer(StormDevice device, HttpAnswer answer, ReadOnlySpan<byte> rest)
    {
        if (answer.Status == TooManyRequests)
        {
            Refused++;
            Release(device).Dispose();
            Retry(device, answer.RetryAfter ?? throw new LoadException("a 429 without Retry-After"));
        }
        else if (device.IsOpening && answer.Status == 101)
        {
            var connection = new WebSocketConnection(Release(device), rest) { PairIndex = device.Pair, IsDevice = true };
            _open.Add(connection);
            _keeper.Add(connection);
        }
        else if (!device.IsOpening && answer.Status == 200)
        {
            Release(device).Dispose();
            Open(device, _server.DeviceUrl(device.Pair, answer.Body));
        }
        else
        {
            throw new LoadException(
                $"a device of the storm was answered with {answer.Status}: {Encoding.UTF8.GetString(answer.Body)}");
        }
    }

    private void Break(StormDevice device, string how)
    {
        if (++Broken <= MostSaid)
        {
            Progress.Say($"storm: device {device.Pair}, {(device.IsOpening ? "its WebSocket" : "its call")}: {how}");
        }

        Release(device).Dispose();
        Retry(device, RetryInterval);
    }

    private void Retry(StormDevice device, TimeSpan after)
    {
        device.Attempt++;
        _due.Enqueue((device, device.Attempt), Clock.Now + after.Nanoseconds());
    }

    /// <summary>Those that have waited long enough: without a socket they try again, with one they were not answered.</summary>
    private void RetryDue()
    {
        while (_due.TryPeek(out var next, out var at) && at <= Clock.Now)
        {
            _due.Dequeue();
            if (next.Attempt != next.Device.Attempt)
            {
                continue;
            }

            if (next.Device.Socket is null)
            {
                Begin(next.Device);
            }
            else
            {
                Break(next.Device, next.Device.Unsent.IsEmpty ? "no answer" : "can't connect");
            }
        }
    }

    private ClientSocket Release(StormDevice device)
    {
        var socket = device.Socket!;
        device.Socket = null;
        device.Attempt++;
        _byDescriptor.Remove(socket.Descriptor);
        _epoll.Remove(socket.Descriptor);
        return socket;
    }
}
