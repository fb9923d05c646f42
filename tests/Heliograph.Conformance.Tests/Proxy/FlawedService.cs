using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Heliograph.Conformance.Wire;

namespace Heliograph.Conformance.Tests.Proxy;

/// <summary>
/// A broken service: a proxy before the real one, with one flaw. It understands HTTP and WebSocket frames just as far as the suite
/// speaks them: a call to a connection.
/// </summary>
internal sealed class FlawedService : IAsyncDisposable
{
    private const int MostOfBody = 1024 * 1024;
    private const int MostOfFrame = 1024 * 1024;

    /// <summary>What the suite sends is a multiple of it.</summary>
    private const int PieceOfLarge = 4096;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly Flaw _flaw;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly ConcurrentDictionary<string, Handout> _handouts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _opened = new(StringComparer.Ordinal);
    private readonly Task _accepting;

    private FlawedService(string upstream, Flaw flaw)
    {
        Upstream = new(upstream);
        _flaw = flaw;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        BaseUrl = new($"http://{_listener.LocalEndPoint}");
        _accepting = AcceptAsync();
    }

    public Uri BaseUrl { get; }

    /// <summary>The real service, which may move when it restarts.</summary>
    public Uri Upstream { get; set; }

    /// <summary>All sockets there ever were.</summary>
    public ConcurrentQueue<Link> Links { get; } = [];

    /// <summary>Whatever a flaw remembers.</summary>
    public ConcurrentDictionary<string, object> Memory { get; } = new(StringComparer.Ordinal);

    /// <summary>How many connections of a device have come so far; one is counted before the service hears of it.</summary>
    public int TimesOpened(string device) => _opened.GetValueOrDefault(device);

    public static FlawedService Start(string upstream, Flaw flaw) => new(upstream, flaw);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_running.Keys);
        foreach (var link in Links)
            link.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            socket.NoDelay = true;
            var run = RunAsync(socket);
            _running.TryAdd(run, true);
            _ = run.ContinueWith(x => _running.TryRemove(x, out _), TaskScheduler.Default);
        }
    }

    private async Task RunAsync(Socket socket)
    {
        await using var peer = new WireConnection(socket, new NetworkStream(socket, ownsSocket: true), Long, _stop.Token);
        try
        {
            if (await ReadRequestAsync(peer) is not { } request)
                return;
            if (request.Header("Upgrade") is not null)
                await RunSocketAsync(peer, request);
            else
                await WriteAsync(peer, await AnswerAsync(request));
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or TimeoutException or ObjectDisposedException or CheckFailedException)
        {
            // One of the two ends has gone.
        }
    }

    private static async Task<ProxyRequest?> ReadRequestAsync(WireConnection peer)
    {
        if (await peer.ReadUntilAsync(EndOfHead) is not { } head)
            return null;
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        var first = lines[0].Split(' ');
        var request = new ProxyRequest(first[0], first[1], [.. lines.Skip(1).Select(x => x.Split(':', 2)).Select(x => (x[0], x[1].Trim()))], []);
        request = request with { IsChunked = request.Header("Transfer-Encoding") is not null, ExpectsContinue = request.Header("Expect") is not null };
        if (request.ExpectsContinue)
            await peer.SendAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
        if (request.IsChunked)
            return request with { Body = await ReadChunksAsync(peer) };
        var length = long.Parse(request.Header("Content-Length") ?? "0", CultureInfo.InvariantCulture);
        return length > MostOfBody
            ? request with { ClaimedLength = length, Body = await peer.ReadAsync(4096) ?? [] }
            : request with { Body = await peer.ReadAsync((int)length) ?? [] };
    }

    private static async Task<byte[]> ReadChunksAsync(WireConnection peer)
    {
        var body = new List<byte>();
        while (await peer.ReadUntilAsync("\r\n"u8.ToArray()) is { } line)
        {
            var count = int.Parse(Encoding.ASCII.GetString(line), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            var chunk = await peer.ReadAsync(count + 2);
            if (count == 0)
                break;
            body.AddRange(chunk.AsSpan(0, count));
        }

        return [.. body];
    }

    private async Task<HttpAnswer> AnswerAsync(ProxyRequest request)
    {
        if (_flaw.Call?.Invoke(request) is { } own)
            return own;

        await using var service = await WireConnection.OpenAsync(Upstream, Long, null, _stop.Token);
        var call = new HttpCall(request.Target)
        {
            Method = request.Method,
            Body = request.Body,
            ClaimedLength = request.ClaimedLength,
            Headers = [.. request.Headers.Where(x => x.Name is not ("Host" or "Connection" or "Content-Length" or "Transfer-Encoding" or "Expect"))],
        };
        // The host that the suite called: signaling URLs lead through here.
        await service.SendAsync(call.Head(BaseUrl));
        await service.SendAsync(call.Body);
        var answer = await HttpAnswer.ReadAsync(service) ?? throw new IOException("The service did not answer.");
        Remember(request, answer);
        return _flaw.Answer?.Invoke(request, answer) ?? answer;
    }

    private void Remember(ProxyRequest request, HttpAnswer answer)
    {
        if (answer.Text("signalingUrl") is { } url && request.Field("deviceId") is { } device)
            _handouts[new Uri(url).PathAndQuery] = new(device.ToLowerInvariant(), answer.Text("channelId"), request.Token is not null, Environment.TickCount64);
    }

    private static async Task WriteAsync(WireConnection peer, HttpAnswer answer)
    {
        var body = Encoding.UTF8.GetBytes(answer.Body);
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} X\r\n");
        foreach (var (name, value) in answer.Headers.Where(x => x.Name is not ("Content-Length" or "Transfer-Encoding" or "Connection")))
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (answer.Status is not 204)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        await peer.SendAsync((byte[])[.. Encoding.Latin1.GetBytes(head.Append("Connection: close\r\n\r\n").ToString()), .. body]);
        // What is left of a body that was not read would reset the connection under the answer.
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Task.WhenAny(peer.ReadToEndAsync(), Task.Delay(Timeout.Infinite, enough.Token));
    }

    private async Task RunSocketAsync(WireConnection peer, ProxyRequest request)
    {
        var key = request.Target;
        var handout = _handouts.GetValueOrDefault(key) ?? _handouts.FirstOrDefault(x => key.StartsWith(x.Key, StringComparison.Ordinal)).Value;
        var link = new Link(this, request, handout, peer);
        link.OpenedBefore = _opened.AddOrUpdate(handout is { Channel: null } ? handout.Device : key, 1, (_, x) => x + 1) - 1;
        if (_flaw.Handshake?.Invoke(link) is { } refusal)
        {
            await WriteAsync(peer, refusal);
            return;
        }

        if (_flaw.Opening is { } opening)
            await opening(link);
        await using var service = await WireConnection.OpenAsync(Upstream, Long, null, _stop.Token);
        link.Service = service;
        await service.SendAsync(new HttpCall(request.Target) { Method = "GET", Headers = [.. request.Headers.Where(x => x.Name != "Host")] }.Head(BaseUrl));
        var answer = await HttpAnswer.ReadAsync(service) ?? throw new IOException("The service did not answer.");
        if (answer.Status != 101 && !_flaw.OpensRefused)
        {
            await WriteAsync(peer, answer);
            return;
        }

        await peer.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"u8.ToArray());
        if (answer.Status != 101)
        {
            await peer.ReadToEndAsync();
            return;
        }

        Links.Enqueue(link);
        if (_flaw.Opened is { } opened)
            await opened(link);
        var ways = new[] { PumpAsync(link, service, link.ToPeerAsync, _flaw.FromService), PumpAsync(link, peer, link.ToServiceAsync, _flaw.FromPeer) };
        var first = await Task.WhenAny(ways);
        link.IsOver = true;
        if (!_flaw.OutlivesPeer)
        {
            await first;
            return;
        }

        try
        {
            await Task.WhenAll(ways);
        }
        catch (IOException)
        {
            // The peer has gone; the service is not told.
        }

        await service.ReadToEndAsync();
    }

    /// <summary>Passes frames on until one of the ends has gone, or has closed.</summary>
    private static async Task PumpAsync(
        Link link, WireConnection from, Func<WireFrame, Task> send, Func<Link, WireFrame, Task<IReadOnlyList<WireFrame>>>? change)
    {
        var toService = from != link.Service;
        while (true)
        {
            if (await WireFrameHeader.ReadAsync(from) is not { } header)
                return;
            if (header.Length > MostOfFrame)
            {
                await PassLargeAsync(link, header, from);
                return;
            }

            if (await header.ReadPayloadAsync(from) is not { } frame)
                return;
            try
            {
                foreach (var changed in change is null ? [frame] : await change(link, frame))
                    await send(changed);
            }
            catch (IOException) when (toService)
            {
                // The service has ended the connection, and what it said last is still on the way to the peer.
                await from.ReadToEndAsync();
                return;
            }
        }
    }

    /// <summary>A frame that claims more than is ever sent is passed on as it comes.</summary>
    private static async Task PassLargeAsync(Link link, WireFrameHeader header, WireConnection from)
    {
        try
        {
            await link.Service!.SendAsync(WireFrame.HeaderOf(header.Opcode, (ulong)header.Length));
            while (await from.ReadAsync(PieceOfLarge) is { } piece)
                await link.Service.SendAsync(piece);
        }
        catch (IOException)
        {
            await from.ReadToEndAsync();
        }
    }
}
