using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Heliograph.Protocol;
using Heliograph.Server.BesideHttp;
using Heliograph.Server.Hosting;
using Heliograph.Server.Regions;
using Heliograph.Server.Registry;
using Heliograph.Server.Transport;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Connect;

/// <summary>Answers connect calls beside HTTP, with refusals too, where they are plain and their product lives here.</summary>
internal sealed class ConnectShortcut(
    ConnectCalls calls, ServiceUrl url, ForwardedAddress forwarded, Homes homes, RegistryHealth health, TimeProvider time, ILogger<ConnectShortcut> logger)
    : IShortcut
{
    /// <summary>An answer that has found no room on the connection for so long is not being read.</summary>
    public static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(10);

    public bool MayBe(ReadOnlySpan<byte> first) => ConnectRequestHead.MayBe(first);

    public IShortcutRequest? Recognize(in RequestHead head, in ReadOnlySequence<byte> rest, SocketConnection connection)
    {
        if (!ConnectRequestHead.TryRead(head, out var request) || rest.Length < request.BodyLength)
            return null;
        // Where no public URL is configured, the one that a proxy tells of would be handed out.
        if (request.HasForwardedUrl && !url.IsConfigured)
            return null;
        if (!forwarded.TryFind(((IPEndPoint)connection.RemoteEndPoint!).Address, request.ForwardedFor, out var address))
            return null;

        var body = rest.Slice(0, request.BodyLength).ToArray();
        if (!IsForHere(body))
            return null;
        var scheme = connection.HasTls ? "https" : "http";
        return new Request(this, connection, request.Name)
        {
            From = address,
            Header = request.Authorization.IsEmpty ? null : Encoding.ASCII.GetString(request.Authorization),
            Body = body,
            Url = url.WebSocketOf(scheme, head.Host),
            IsLast = request.IsLast,
        };
    }

    /// <summary>Whether it is known that the product lives here. Where the database had to be asked, HTTP does so: in its turn, and within the limits.</summary>
    private bool IsForHere(byte[] body)
    {
        if (!homes.CanBeElsewhere)
            return true;
        try
        {
            return homes.IsKnownToBeHere(RequestBody.Parse(body, ProtocolJson.Default.ConnectRequest).ProductId);
        }
        catch (ApiException)
        {
            // HTTP finds the same, and says so.
            return false;
        }
    }

    private async ValueTask<bool> AnswerAsync(Request request, SocketConnection connection)
    {
        var output = connection.Transport.Output;
        try
        {
            PlainAnswer.Write(output, StatusCodes.Status200OK, (await calls.AnswerAsync(request))!, time.GetUtcNow(), request.IsLast);
        }
        catch (Exception) when (request.Aborted.IsCancellationRequested)
        {
            // Nobody is there any more to be answered.
            return false;
        }
        catch (Exception error)
        {
            ErrorAnswers.Log(health, logger, error);
            var refusal = ErrorAnswers.Of(error);
            var body = JsonSerializer.SerializeToUtf8Bytes(new(refusal.Message, refusal.Code), ProtocolJson.Wire.ErrorBody);
            PlainAnswer.Write(output, refusal.Status, body, time.GetUtcNow(), request.IsLast, ErrorAnswers.HeadersOf(refusal));
        }

        return await TrySendAsync(connection) && !request.IsLast;
    }

    /// <summary>Sends what was written; false where nobody is there any more.</summary>
    private async ValueTask<bool> TrySendAsync(SocketConnection connection)
    {
        try
        {
            var sending = connection.Transport.Output.FlushAsync();
            if (sending.IsCompleted)
                return !(await sending).IsCompleted;
            // Who leaves without having read is not waited for, nor who stays and does not read.
            using var patience = new CancellationTokenSource(LongestSend, time);
            using var late = patience.Token.UnsafeRegister(Abort, connection);
            using var left = connection.ConnectionClosed.UnsafeRegister(Abort, connection);
            return !(await sending).IsCompleted;
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static void Abort(object? connection) => ((SocketConnection)connection!).Abort();

    /// <summary>A call that came beside HTTP.</summary>
    private sealed class Request(ConnectShortcut shortcut, SocketConnection connection, string name) : ConnectCall, IShortcutRequest
    {
        public override string Name => name;

        public override IPAddress? Address => From;

        public override string? Authorization => Header;

        public override string WebSocketBase => Url;

        public override CancellationToken Aborted => connection.ConnectionClosed;

        public required IPAddress From { get; init; }

        public required string? Header { get; init; }

        public required byte[] Body { get; init; }

        public required string Url { get; init; }

        /// <summary>Whether the connection ends with the answer.</summary>
        public required bool IsLast { get; init; }

        public long BodyLength => Body.Length;

        public ValueTask<bool> AnswerAsync() => shortcut.AnswerAsync(this, connection);

        public override ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync() => new(Body);

        /// <summary>Those that another region answers are left to HTTP.</summary>
        public override ValueTask<bool> TryForwardAsync(ReadOnlyMemory<byte> body) => new(false);
    }
}
