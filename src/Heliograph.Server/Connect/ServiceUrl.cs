using System.Net;
using Heliograph.Server.Hosting;
using Heliograph.Server.Regions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Connect;

/// <summary>What peers reach the service by: the configured public URL, or else what the request came to.</summary>
internal sealed class ServiceUrl(IOptions<ServiceOptions> options)
{
    /// <summary>The base URL, without a slash at its end.</summary>
    public string Of(HttpRequest request) =>
        options.Value.PublicUrl is { } url ? url.TrimEnd('/') : $"{request.Scheme}://{HostOf(request)}{request.PathBase}";

    /// <summary>The base URL for links in an answer: what the caller reached the service by, in whatever region that was.</summary>
    public string OfCaller(HttpRequest request) => ForwardedCall.Of(request.HttpContext)?.BaseUrl ?? Of(request);

    /// <summary>The base URL with the WebSocket scheme.</summary>
    public string WebSocketOf(HttpRequest request)
    {
        var url = Of(request);
        // http → ws, https → wss
        return string.Concat("ws", url.AsSpan("http".Length));
    }

    /// <summary>The host that the request names; HTTP/1.0 need not name any, and then it is the address that it came to.</summary>
    private static string HostOf(HttpRequest request)
    {
        var connection = request.HttpContext.Connection;
        return request.Host.HasValue || connection.LocalIpAddress is not { } address
            ? request.Host.ToString()
            : new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, connection.LocalPort).ToString();
    }
}
