using System.Net;
using Heliograph.Protocol;
using Heliograph.Server.Hosting;

namespace Heliograph.Server.Connect;

/// <summary>One of the protocol's three HTTP calls, however it came: what it says, and how far it got.</summary>
internal abstract class ConnectCall
{
    public const string ConnectDevice = "device/connect";
    public const string ConnectClient = "client/connect";
    public const string GetIceServers = "ice-servers";

    /// <summary>The most bytes that a body may have.</summary>
    public const int MaxBody = 16 * 1024;

    /// <summary>Which call, e.g. <c>client/connect</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Where it comes from.</summary>
    public abstract IPAddress? Address { get; }

    /// <summary>The Authorization header; null where there is none.</summary>
    public abstract string? Authorization { get; }

    /// <summary>What the caller reached the service by, with the WebSocket scheme and without a slash at its end.</summary>
    public abstract string WebSocketBase { get; }

    /// <summary>Cancelled when the caller has left. Asked for where the call has to wait: beside HTTP, the kernel is asked to tell of it only then.</summary>
    public abstract CancellationToken Aborted { get; }

    /// <summary>The turn in which it is answered.</summary>
    public virtual ConnectTurn? Turn { get; set; }

    /// <summary>What the caller wrote, once it was read.</summary>
    public ConnectRequest? Request { get; set; }

    /// <summary>The device, once it was found.</summary>
    public DeviceAddress? Device { get; set; }

    /// <summary>Reads the body.</summary>
    /// <exception cref="ApiException">400: it can't be read. 413: it is too large.</exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync();

    /// <summary>Has another region answer, if the product lives there: with its own limits, and a URL that leads to it.</summary>
    public abstract ValueTask<bool> TryForwardAsync(ReadOnlyMemory<byte> body);
}
