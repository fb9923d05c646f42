using System.Buffers;
using System.IO.Pipelines;
using Heliograph.Server.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.ObjectPool;

namespace Heliograph.Server.BesideHttp;

/// <summary>
/// Answers beside HTTP what nearly all connections are for: looks at each request, behind TLS, and has a shortcut answer it where one
/// recognises it. With the first request that none does, the connection passes on to HTTP, untouched.
/// </summary>
internal sealed class Shortcuts(IEnumerable<IShortcut> shortcuts, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>A connection on which nothing comes for so long is for HTTP, which ends it.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>A head that is longer is for HTTP.</summary>
    private const int MaxHead = 8 * 1024;

    /// <summary>As many reads as wait at once, but for moments in which all devices come.</summary>
    private const int MaxPatience = 1024;

    private readonly IShortcut[] _shortcuts = [.. shortcuts];

    private readonly ObjectPool<Patience> _patience = new DefaultObjectPoolProvider { MaximumRetained = MaxPatience }.Create(new PatiencePolicy(time, lifetime));

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    /// <summary>Deals with a connection until it ends, or is no longer the web server's.</summary>
    /// <param name="connection">The connection, which has just opened.</param>
    /// <param name="next">HTTP.</param>
    public async Task OnConnectionAsync(SocketConnection connection, ConnectionDelegate next)
    {
        while (await ReadAsync(connection) is { } request)
        {
            if (!await request.AnswerAsync())
                return;
        }

        await next(connection);
    }

    /// <summary>Reads the next request, and takes it from the connection.</summary>
    /// <returns>The request; null where it is for HTTP, with nothing taken.</returns>
    private async ValueTask<IShortcutRequest?> ReadAsync(SocketConnection connection)
    {
        var input = connection.Transport.Input;
        var patience = _patience.Get();
        ReadResult read;
        try
        {
            patience.CancelAfter(LongestWait);
            read = await input.ReadAsync(patience.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // HTTP finds the same, and has its own patience.
            return null;
        }
        finally
        {
            _patience.Return(patience);
        }

        if (read is { IsCompleted: true, Buffer.IsEmpty: true })
            return new NoMore();
        var request = Recognize(read.Buffer, connection, out var end);
        // Where it is for HTTP: nothing taken and nothing seen, so that it gets all at once.
        input.AdvanceTo(request is null ? read.Buffer.Start : end);
        return request;
    }

    private IShortcutRequest? Recognize(in ReadOnlySequence<byte> bytes, SocketConnection connection, out SequencePosition end)
    {
        end = default;
        foreach (var shortcut in _shortcuts)
        {
            if (shortcut.MayBe(bytes.FirstSpan))
                return Recognize(shortcut, bytes, connection, out end);
        }

        return null;
    }

    private static IShortcutRequest? Recognize(IShortcut shortcut, in ReadOnlySequence<byte> bytes, SocketConnection connection, out SequencePosition end)
    {
        end = default;
        Span<byte> copy = stackalloc byte[bytes.IsSingleSegment ? 0 : (int)Math.Min(bytes.Length, MaxHead)];
        bytes.Slice(0, copy.Length).CopyTo(copy);
        var first = bytes.IsSingleSegment ? bytes.FirstSpan : copy;
        var length = first.IndexOf(HeadEnd);
        if (length < 0 || !RequestHead.TryRead(first[..length], out var head))
            return null;

        var rest = bytes.Slice(length + HeadEnd.Length);
        var request = shortcut.Recognize(head, rest, connection);
        if (request is not null)
            end = rest.GetPosition(request.BodyLength);
        return request;
    }

    /// <summary>
    /// How long a read waits, lent from read to read, and at most until the service stops. One that ends in the very moment in which it is given
    /// back passes the next connection on to HTTP, early.
    /// </summary>
    private sealed class Patience : CancellationTokenSource
    {
        private readonly CancellationTokenRegistration _stop;

        public Patience(TimeProvider time, CancellationToken stopping)
            : base(Timeout.InfiniteTimeSpan, time) =>
            _stop = stopping.UnsafeRegister(static patience => ((Patience)patience!).Cancel(), this);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _stop.Unregister();
            base.Dispose(disposing);
        }
    }

    private sealed class PatiencePolicy(TimeProvider time, IHostApplicationLifetime lifetime) : PooledObjectPolicy<Patience>
    {
        public override Patience Create() => new(time, lifetime.ApplicationStopping);

        public override bool Return(Patience obj)
        {
            obj.CancelAfter(Timeout.InfiniteTimeSpan);
            return !obj.IsCancellationRequested;
        }
    }

    /// <summary>What comes last: the peer has ended the connection.</summary>
    private sealed class NoMore : IShortcutRequest
    {
        public long BodyLength => 0;

        public ValueTask<bool> AnswerAsync() => new(false);
    }
}
