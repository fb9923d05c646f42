using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Heliograph.Server.Transport;

/// <summary>The web server's transport: TCP sockets on <see cref="SocketLoop"/>s. Linux only; elsewhere the framework's own is used.</summary>
internal sealed class SocketTransport(IMemoryPoolFactory<byte> pools, ILogger<SocketListener> logger) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => OperatingSystem.IsLinux() && endpoint is IPEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(SocketListener.Bind((IPEndPoint)endpoint, pools.Create(), logger));
}
