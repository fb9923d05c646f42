using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Heliograph.Browser.Tests;

/// <summary>Serves pages of vendors, each under an origin of its own: <c>http://NAME.localhost</c>, which browsers take for secure.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (string Body, string? Policy)> _pages = new(StringComparer.Ordinal);
    private readonly WebApplication _app;

    private PageServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    public static async Task<PageServer> StartAsync()
    {
        var server = new PageServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Serves a text from now on.</summary>
    /// <returns>Its URL.</returns>
    public string Serve(string name, string path, string body, string? policy)
    {
        var host = $"{name}.localhost:{new Uri(_app.Urls.Single()).Port}";
        _pages[host + path] = (body, policy);
        return $"http://{host}{path}";
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext http)
    {
        if (!_pages.TryGetValue($"{http.Request.Host}{http.Request.Path}", out var page))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = "text/html; charset=utf-8";
        if (page.Policy is not null)
            http.Response.Headers.ContentSecurityPolicy = page.Policy;
        await http.Response.WriteAsync(page.Body);
    }
}
