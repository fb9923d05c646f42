using System.Net;
using System.Net.WebSockets;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Telemetry;

/// <summary>What <c>/metrics</c> tells, and that it changes when things happen.</summary>
public sealed class MetricsTests : IAsyncLifetime
{
    private readonly SigningKey _key = new();
    private TestService _service = null!;
    private DeviceAddress _device;

    private ApiClient Api => _service.Api;

    public async ValueTask InitializeAsync()
    {
        _service = await TestService.StartAsync();
        _device = await Api.CreateDeviceAsync(await Api.CreateProductAsync(), _key);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task Text_IsPrometheusTextWithTheRuntimesMetrics()
    {
        var answer = await Api.SendAsync(HttpMethod.Get, "/metrics");

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.ContentType.ShouldBe("text/plain");
        var metrics = PrometheusText.Parse(answer.Body);
        metrics.Types["heliograph_connections"].ShouldBe("gauge");
        metrics.Types.Keys.ShouldContain(x => x.StartsWith("dotnet_gc_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connections_ByRole_FollowThePeers()
    {
        (await CountsAsync()).ShouldBe((0, 0, 0));
        var device = await Api.OpenDeviceAsync(_device, _key);
        var (one, _, _) = await Api.OpenClientAsync(_device);
        var (other, _, _) = await Api.OpenClientAsync(_device);
        foreach (var peer in (TestPeer[])[device, one, other])
            await peer.DrainAsync();

        (await CountsAsync()).ShouldBe((1, 2, 2));

        await one.CloseAsync();
        other.Cut();
        await device.CloseAsync();
        await EventuallyAsync("nobody is left", metrics => Counts(metrics) == (0, 0, 0));
        var after = await ReadAsync();
        after["heliograph_connections_ended_total{role=\"device\",reason=\"peer_closed\"}"].ShouldBe(1);
        after["heliograph_connections_ended_total{role=\"client\",reason=\"peer_closed\"}"].ShouldBe(1);
        after.Sum("heliograph_connections_ended_total{role=\"client\"").ShouldBe(2);
        foreach (var peer in (TestPeer[])[device, one, other])
            await peer.DisposeAsync();

        async Task<(double, double, double)> CountsAsync() => Counts(await ReadAsync());

        static (double Devices, double Clients, double Channels) Counts(PrometheusText metrics) =>
            (metrics["heliograph_connections{role=\"device\"}"], metrics["heliograph_connections{role=\"client\"}"], metrics["heliograph_channels"]);
    }

    [Fact]
    public async Task Messages_AreCountedByWhatBecomesOfThem()
    {
        await using var device = await Api.OpenDeviceAsync(_device, _key);
        var (client, channel, _) = await Api.OpenClientAsync(_device);
        await using var peer = client;
        await device.ReceiveAsync();
        await client.SendMessageAsync(channel, "1");
        await client.SendMessageAsync(channel, "2");
        await device.SendMessageAsync(channel, "3");
        await device.SendMessageAsync(new string('0', 32), "4");
        await client.SendMessageAsync("nonsense", "5");
        await client.SendAsync("not json");
        await client.SendAsync("[]");
        await client.SendAsync("{}");
        await client.SendAsync("""{"type":"NEWS"}""");
        await client.SendAsync("""{"type":"MESSAGE"}""");
        await client.SendAsync([1, 2, 3], WebSocketMessageType.Binary);
        await client.DrainAsync();
        await device.DrainAsync();

        var metrics = await ReadAsync();

        metrics["heliograph_messages_relayed_total{role=\"client\"}"].ShouldBe(2);
        metrics["heliograph_messages_relayed_total{role=\"device\"}"].ShouldBe(1);
        metrics["heliograph_messages_undeliverable_total{role=\"client\"}"].ShouldBe(1);
        metrics["heliograph_messages_undeliverable_total{role=\"device\"}"].ShouldBe(1);
        foreach (var cause in (string[])["not_json", "not_object", "no_type", "unknown_type", "missing_field", "binary"])
            metrics[$"heliograph_messages_ignored_total{{cause=\"{cause}\"}}"].ShouldBe(1, cause);
    }

    [Fact]
    public async Task Connects_AreCountedByOutcomeWithTheirLatency()
    {
        await Api.ConnectDeviceAsync(_device, _key.DeviceToken(_device));
        await Api.ConnectDeviceAsync(_device, token: null);
        await Api.ConnectClientAsync(_device);
        await Api.ConnectClientAsync(_device, "nonsense");
        await Api.ConnectClientAsync(new(_device.Product, DeviceId.New()));
        await Api.SendAsync(HttpMethod.Post, "/v1/ice-servers", ApiClient.Json("x"));
        await Api.SendAsync(HttpMethod.Post, "/V1/Client/Connect/", ApiClient.ConnectBody(_device));

        var metrics = await ReadAsync();

        metrics.Types["heliograph_connect_duration_seconds"].ShouldBe("histogram");
        foreach (var (call, outcome, count) in ((string, string, int)[])
            [("device/connect", "OK", 1), ("device/connect", "UNAUTHORIZED", 1), ("client/connect", "OK", 2), ("client/connect", "UNAUTHORIZED", 1),
             ("client/connect", "DEVICE_ID_NOT_FOUND", 1), ("ice-servers", "BAD_REQUEST", 1)])
        {
            var labels = $"call=\"{call}\",outcome=\"{outcome}\"";
            metrics[$"heliograph_connect_duration_seconds_count{{{labels}}}"].ShouldBe(count, labels);
            metrics[$"heliograph_connect_duration_seconds_bucket{{{labels},le=\"+Inf\"}}"].ShouldBe(count, labels);
            metrics[$"heliograph_connect_duration_seconds_sum{{{labels}}}"].ShouldBeGreaterThan(0, labels);
        }

        metrics.Sum("heliograph_connect_duration_seconds_count").ShouldBe(7);
    }

    [Fact]
    public async Task OutboxOverflow_IsCounted()
    {
        await using var device = await Api.OpenDeviceAsync(_device, _key);
        var (client, channel, _) = await Api.OpenClientAsync(_device);
        await using var _ = client;
        await device.ReceiveAsync();
        var slow = await SlowPeer.OpenAsync((await Api.ConnectDeviceAsync(_device, _key.DeviceToken(_device))).Json.Text("signalingUrl"));
        await using var reader = slow;
        await device.Ended;
        var message = $"\"{new string('x', 60_000)}\"";

        await Eventually.HoldsAsync("the slow reader is closed", async () =>
        {
            for (var i = 0; i < 20; i++)
                await client.SendMessageAsync(channel, message);
            return (await ReadAsync())["heliograph_outbox_overflows_total"] == 1 ? null : "no overflow yet";
        });
    }

    private async Task<PrometheusText> ReadAsync() => PrometheusText.Parse((await Api.SendAsync(HttpMethod.Get, "/metrics")).Body);

    private Task EventuallyAsync(string what, Func<PrometheusText, bool> check) =>
        Eventually.HoldsAsync(what, async () => check(await ReadAsync()) ? null : "not yet");
}
