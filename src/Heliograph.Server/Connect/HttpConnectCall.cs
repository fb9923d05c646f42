using System.Net;
using Heliograph.Server.Hosting;
using Heliograph.Server.Regions;
using Microsoft.AspNetCore.Http;

namespace Heliograph.Server.Connect;

/// <summary>A connect call that came over HTTP.</summary>
internal sealed class HttpConnectCall(string name, HttpContext http, ServiceUrl url, Homes homes) : ConnectCall
{
    public override string Name => name;

    public override IPAddress? Address => http.Connection.RemoteIpAddress;

    public override string? Authorization => http.Request.Headers.Authorization;

    public override string WebSocketBase => url.WebSocketOf(http.Request);

    public override CancellationToken Aborted => http.RequestAborted;

    public override ConnectTurn? Turn
    {
        get => http.Features.Get<ConnectTurn>();
        set => http.Features.Set(value);
    }

    public override ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync() => RequestBody.ReadBytesAsync(http, MaxBody);

    public override ValueTask<bool> TryForwardAsync(ReadOnlyMemory<byte> body) => homes.TryForwardAsync(http, Request?.ProductId, body);
}
