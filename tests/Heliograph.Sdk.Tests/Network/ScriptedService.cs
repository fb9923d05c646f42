using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Heliograph.Sdk.Tests;

/// <summary>
/// What answers in the service's place, on real sockets, as a test says: for what the service itself would never do.
/// </summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    public const string ChannelId = "a-channel";

    private static readonly SigningKey Key = new();

    private readonly Channel<ScriptedSocket> _opened = Channel.CreateUnbounded<ScriptedSocket>();
    private readonly WebApplication _app;

    private ScriptedService()
    {
        OnConnect = AnswerAsync;
        OnSocket = AcceptAsync;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.UseWebSockets(new() { KeepAliveInterval = TimeSpan.Zero });
        _app.MapPost("/v1/{role}/connect", context => OnConnect(context));
        _app.MapPost("/v1/ice-servers", context => context.Response.WriteAsync("""{"iceServers":[]}"""));
        _app.Map("/socket", context => OnSocket(context));
    }

    /// <summary>Answers the HTTP calls; well, unless a test says otherwise.</summary>
    public RequestDelegate OnConnect { get; set; }

    /// <summary>Answers the WebSocket handshakes; well, unless a test says otherwise.</summary>
    public RequestDelegate OnSocket { get; set; }

    /// <summary>What client/connect says of the device.</summary>
    public bool DeviceOnline { get; set; } = true;

    /// <summary>How many HTTP calls came to <c>connect</c>.</summary>
    public int Connects { get; private set; }

    /// <summary>The query strings of the handshakes: each signaling URL has one of its own.</summary>
    public List<string> Handshakes { get; } = [];

    public Uri Endpoint => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public SignalingDeviceOptions DeviceOptions => new()
    {
        Endpoint = Endpoint,
        ProductId = "wp-00000000",
        DeviceId = "wd-0000000000000000",
        Tokens = new DeviceTokenGenerator("wp-00000000", "wd-0000000000000000", Key.PrivatePem),
    };

    public SignalingClientOptions ClientOptions => new()
    {
        Endpoint = Endpoint,
        ProductId = "wp-00000000",
        DeviceId = "wd-0000000000000000",
    };

    public static async Task<ScriptedService> StartAsync()
    {
        var service = new ScriptedService();
        await service._app.StartAsync();
        return service;
    }

    /// <summary>The next WebSocket that a peer opens.</summary>
    public Task<ScriptedSocket> NextSocketAsync() => _opened.Reader.ReadAsync().AsTask().WaitAsync(TestPeer.Patience);

    /// <summary>Answers an HTTP call as the service does.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        Connects++;
        var url = $"ws://{context.Request.Host}/socket?ticket={Connects}";
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            $$"""{"signalingUrl":"{{url}}","deviceOnline":{{(DeviceOnline ? "true" : "false")}},"channelId":"{{ChannelId}}"}""");
    }

    /// <summary>Answers an HTTP call, or a handshake, with an error.</summary>
    public static RequestDelegate Refuse(HttpStatusCode status, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = (int)status;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        return context.Response.WriteAsync("""{"message":"No.","code":"REFUSED"}""");
    };

    /// <summary>Never answers, until the other side gives up.</summary>
    public static async Task HangAsync(HttpContext context) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public async ValueTask DisposeAsync()
    {
        _opened.Writer.Complete();
        await foreach (var socket in _opened.Reader.ReadAllAsync())
            socket.Cut();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    /// <summary>Answers a handshake as the service does.</summary>
    public async Task AcceptAsync(HttpContext context)
    {
        Handshakes.Add(context.Request.QueryString.Value!);
        using var webSocket = await context.WebSockets.AcceptWebSocketAsync();
        var socket = new ScriptedSocket(webSocket);
        _opened.Writer.TryWrite(socket);
        await socket.Ended;
    }
}
