using System.Net;
using System.Text;
using Heliograph.Server.Hosting;
using Heliograph.Server.Regions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Heliograph.Server.Connect;

/// <summary>What peers reach the service by: the configured public URL, or else what the request came to.</summary>
internal sealed class ServiceUrl(IOptions<ServiceOptions> options)
{
    /// <summary>Whether it is configured.</summary>
    public bool IsConfigured => options.Value.PublicUrl is not null;

    /// <summary>The base URL, without a slash at its end.</summary>
    public string Of(HttpRequest request) =>
        options.Value.PublicUrl is { } url ? url.TrimEnd('/') : $"{request.Scheme}://{HostOf(request)}{request.PathBase}";

    /// <summary>The base URL for links in an answer: what the caller reached the service by, in whatever region that was.</summary>
    public string OfCaller(HttpRequest request) => ForwardedCall.Of(request.HttpContext)?.BaseUrl ?? Of(request);

    /// <summary>The base URL with the WebSocket scheme.</summary>
    public string WebSocketOf(HttpRequest request) => ToWebSocket(Of(request));

    /// <summary>The same for a request beside HTTP.</summary>
    /// <param name="scheme">What it came by, http or https.</param>
    /// <param name="host">The host that it names, in ASCII.</param>
    public string WebSocketOf(string scheme, ReadOnlySpan<byte> host) =>
        ToWebSocket(options.Value.PublicUrl is { } url ? url.TrimEnd('/') : $"{scheme}://{Encoding.ASCII.GetString(host)}");

    /// <summary>http → ws, https → wss.</summary>
    private static string ToWebSocket(string url) => string.Concat("ws", url.AsSpan("http".Length));

    /// <summary>The host that the request names; HTTP/1.0 need not name any, and then it is the address that it came to.</summary>
    private static string HostOf(HttpRequest request)
    {
        var connection = request.HttpContext.Connection;
        return request.Host.HasValue || connection.LocalIpAddress is not { } address
            ? request.Host.ToString()
            : new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, connection.LocalPort).ToString();
    }
}
