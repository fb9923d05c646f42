using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Server.Tests.Regions;

/// <summary>A web server in the place of a region, which does as a test says.</summary>
internal sealed class FakeRegion : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeRegion(WebApplication app) => _app = app;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>The requests so far, but for those that only ask whether it is there.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Whether it answers when it is asked whether it is there.</summary>
    public bool IsHealthy { get; set; } = true;

    public static async Task<FakeRegion> StartAsync(string name, Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var region = new FakeRegion(app);
        app.Run(async http =>
        {
            if (http.Request.Path == "/health/live")
            {
                if (region.IsHealthy)
                    http.Response.Headers["Heliograph-Region"] = name;
                return;
            }

            region.Calls.Enqueue(http.Request.Path);
            await answer(http);
        });
        await app.StartAsync();
        return region;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
