using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Heliograph.Program.Tests.Doctor;

/// <summary>A web server or reverse proxy, real as any, that a test makes wrong in one way.</summary>
internal sealed class Front : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Front(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Starts a server that answers as it is told.</summary>
    public static async Task<Front> ServeAsync(RequestDelegate answer, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null)
                    listen.UseHttps(certificate);
            });
        });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(new TestLog());
        var app = builder.Build();
        app.UseWebSockets(new() { KeepAliveInterval = TimeSpan.Zero });
        app.Run(answer);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Starts a proxy to a service, with something of its own to do before.</summary>
    /// <param name="target">The service's base URL.</param>
    /// <param name="before">Does something to a request; true where it has answered it.</param>
    /// <param name="socket">How messages pass; as they are, where null.</param>
    /// <param name="after">Changes the answer's headers.</param>
    public static Task<Front> ProxyAsync(
        string target, Func<HttpContext, Task<bool>>? before = null, SocketProxy? socket = null, Action<IHeaderDictionary>? after = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        return ServeAsync(async context =>
        {
            if (before is not null && await before(context))
                return;
            if (context.WebSockets.IsWebSocketRequest)
                await (socket ?? new()).PassAsync(context, target);
            else
                await ForwardAsync(http, context, target, after);
        });
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private static async Task ForwardAsync(HttpClient http, HttpContext context, string target, Action<IHeaderDictionary>? after)
    {
        using var request = new HttpRequestMessage(new(context.Request.Method), target + context.Request.Path + context.Request.QueryString);
        if (context.Request.ContentLength > 0)
            request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, value) in context.Request.Headers.Where(x => x.Key is not ("Connection" or "Upgrade")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, [.. value]))
                request.Content?.Headers.TryAddWithoutValidation(name, [.. value]);
        }

        using var response = await http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, value) in response.Headers.Concat(response.Content.Headers).Where(x => x.Key is not ("Transfer-Encoding" or "Connection")))
            context.Response.Headers[name] = value.ToArray();
        after?.Invoke(context.Response.Headers);
        // Writing none to a 204 is an error to the web server all the same, behind which it ends the connection.
        if (response.StatusCode != HttpStatusCode.NoContent)
            await response.Content.CopyToAsync(context.Response.Body);
    }
}

/// <summary>How a proxy passes messages.</summary>
internal sealed class SocketProxy
{
    private const int MaxMessage = 128 * 1024;

    /// <summary>What becomes of a message to the service; null drops it.</summary>
    public Func<byte[], byte[]?> Up { get; init; } = x => x;

    /// <summary>What becomes of a message to the peer; null drops it.</summary>
    public Func<byte[], byte[]?> Down { get; init; } = x => x;

    /// <summary>Cuts connections that are silent for so long.</summary>
    public TimeSpan IdleTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    public async Task PassAsync(HttpContext context, string target)
    {
        using var peer = await context.WebSockets.AcceptWebSocketAsync();
        using var service = new ClientWebSocket();
        service.Options.KeepAliveInterval = TimeSpan.Zero;
        await service.ConnectAsync(new($"ws{target["http".Length..]}{context.Request.Path}{context.Request.QueryString}"), context.RequestAborted);
        using var idle = new CancellationTokenSource(IdleTimeout);
        await Task.WhenAny(PumpAsync(peer, service, Up, idle), PumpAsync(service, peer, Down, idle));
        context.Abort();
    }

    private async Task PumpAsync(WebSocket from, WebSocket to, Func<byte[], byte[]?> change, CancellationTokenSource idle)
    {
        var buffer = new byte[MaxMessage];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult result;
                do
                {
                    result = await from.ReceiveAsync(buffer.AsMemory(length), idle.Token);
                    length += result.Count;
                }
                while (!result.EndOfMessage);
                if (result.MessageType == WebSocketMessageType.Close)
                    return;
                idle.CancelAfter(IdleTimeout);
                if (change(buffer[..length]) is { } changed)
                    await to.SendAsync(changed, WebSocketMessageType.Text, endOfMessage: true, idle.Token);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException)
        {
            // Ended.
        }
    }
}
