using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Transport;

/// <summary>A connection as the web server sees it: two pipes on a <see cref="LoopSocket"/>, which hold no buffer while nothing comes.</summary>
internal sealed partial class SocketConnection : ConnectionContext, IDuplexPipe, IMemoryPoolFeature, IThreadPoolWorkItem, IAbortable
{
    /// <summary>What is still on its way when an answer ends a connection early is taken in for so long: unread, it would reset the connection under the answer.</summary>
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(1);

    /// <summary>So many features a connection has in the web server, without TLS.</summary>
    private const int FeatureCount = 7;

    private static long _count;

    private readonly LoopSocket _socket;
    private readonly ILogger _logger;
    // Not disposed of: it has neither timer nor wait handle, and who ends the connection may come late.
    private readonly CancellationTokenSource _closed = new();
    private IDictionary<object, object?>? _items;
    private volatile bool _isAborted;

    public SocketConnection(LoopSocket socket, IPEndPoint remote, EndPoint local, MemoryPool<byte> pool, ILogger logger)
    {
        _socket = socket;
        _logger = logger;
        MemoryPool = pool;
        RemoteEndPoint = remote;
        LocalEndPoint = local;
        Stream = socket;
        Input = CreateReader(socket);
        Output = CreateWriter(socket);
        Transport = this;
        Features.Set<IMemoryPoolFeature>(this);
        socket.PeerLeft = TellClosed;
    }

    public override string ConnectionId { get; set; } = Interlocked.Increment(ref _count).ToString("x");

    public override IFeatureCollection Features { get; } = new FeatureCollection(FeatureCount);

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    /// <summary>These pipes, or those of TLS on them.</summary>
    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public MemoryPool<byte> MemoryPool { get; }

    /// <summary>Cancelled when the peer has left. The kernel is asked to tell of that by whoever wants to know.</summary>
    public override CancellationToken ConnectionClosed
    {
        get
        {
            _socket.Watch();
            return _closed.Token;
        }

        set => throw new NotSupportedException();
    }

    /// <summary>The socket, or TLS on it.</summary>
    public Stream Stream { get; private set; }

    /// <summary>Whether there is TLS on it.</summary>
    public bool HasTls => Stream != _socket;

    /// <summary>Whether it was taken away from the web server.</summary>
    public bool IsDetached { get; private set; }

    /// <summary>Puts all that is to come on TLS.</summary>
    /// <returns>The pipes on it.</returns>
    public IDuplexPipe PutOn(Stream tls)
    {
        Stream = tls;
        return Transport = new Pipes(CreateReader(tls), CreateWriter(tls));
    }

    /// <summary>Has whoever waits on the connection go on inline, on the thread of a loop.</summary>
    public void GoInline(SocketLoop loop) => _socket.GoInline(loop);

    /// <summary>Takes the socket away from the web server, for which the connection is over. Everything that came must have been read.</summary>
    public LoopSocket Detach()
    {
        IsDetached = true;
        _socket.PeerLeft = null;
        return _socket;
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _isAborted = true;
        _socket.Abort();
        TellClosed();
    }

    public override void Abort() => Abort(new("The connection was aborted by the server."));

    /// <summary>Tells those who serve the connection that it has ended. Not on the loop, which calls this: they take their time.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException error)
        {
            // One of those who are told is at fault, and nobody is behind this to catch it: the process would end.
            LogFault(_logger, ConnectionId, error);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _socket.PeerLeft = null;
        await Input.CompleteAsync();
        if (!IsDetached)
            await CloseAsync();
        await base.DisposeAsync();
    }

    private PipeReader CreateReader(Stream stream) => PipeReader.Create(stream, new(MemoryPool, leaveOpen: true, useZeroByteReads: true));

    private SocketPipeWriter CreateWriter(Stream stream) => new(PipeWriter.Create(stream, new(MemoryPool, leaveOpen: true)));

    private void TellClosed() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private async Task CloseAsync()
    {
        try
        {
            // What was not flushed is.
            await Output.CompleteAsync();
            if (!_isAborted && !_socket.IsAtEnd)
                await LingerAsync();
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer has gone, or goes on for too long.
        }

        await _socket.DisposeAsync();
    }

    /// <summary>Where something unread has come, takes in what still comes until the peer ends its side, too.</summary>
    private async Task LingerAsync()
    {
        using var buffer = MemoryPool.Rent();
        if (!_socket.TryReceive(buffer.Memory.Span, out var count) || count == 0)
            return;
        _socket.EndWriting();
        using var enough = new CancellationTokenSource(LingerTime);
        while (count > 0)
            count = await _socket.ReadAsync(buffer.Memory, enough.Token);
    }

    [LoggerMessage(LogLevel.Error, "Something failed that was told of the end of connection {Connection}")]
    private static partial void LogFault(ILogger logger, string connection, Exception error);

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
