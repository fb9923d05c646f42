using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Heliograph.Program.Tests;

/// <summary>Metrics, pushed to a collector.</summary>
public sealed class OtlpTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Metrics_WithAnOtlpEndpoint_ArePushedToIt()
    {
        var pushed = Channel.CreateUnbounded<(string? ContentType, string Text)>();
        await using var collector = await StartCollectorAsync(pushed.Writer);
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"), new Dictionary<string, string>
        {
            ["HELIOGRAPH_TELEMETRY__OTLPENDPOINT"] = $"{AddressOf(collector)}/v1/metrics",
            ["HELIOGRAPH_TELEMETRY__OTLPINTERVAL"] = "00:00:01",
        });
        await using var peers = await Peers.OpenAsync(service, 2);

        using var patience = new CancellationTokenSource(TestPeer.Patience);
        while (await pushed.Reader.ReadAsync(patience.Token) is var push && !push.Text.Contains("heliograph.connections", StringComparison.Ordinal))
            push.ContentType.ShouldBe("application/x-protobuf");
    }

    [Fact]
    public async Task Metrics_WhereTheCollectorIsAway_HinderNothing()
    {
        await using var service = await HeliographProcess.ServeAsync(_folder.Sub("data"), new Dictionary<string, string>
        {
            // Nobody listens at the discard port.
            ["HELIOGRAPH_TELEMETRY__OTLPENDPOINT"] = "http://127.0.0.1:9/v1/metrics",
            ["HELIOGRAPH_TELEMETRY__OTLPINTERVAL"] = "00:00:01",
        });
        await using (await Peers.OpenAsync(service, 2))
            service.Send(System.Runtime.InteropServices.PosixSignal.SIGTERM);

        (await service.ExitAsync()).ShouldBe(0);
    }

    private static async Task<WebApplication> StartCollectorAsync(ChannelWriter<(string?, string)> pushed)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/v1/metrics", async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            pushed.TryWrite((http.Request.ContentType, Encoding.Latin1.GetString(body.ToArray())));
        });
        await app.StartAsync();
        return app;
    }

    private static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
}
