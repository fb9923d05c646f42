using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Program.Tests.Turn;

/// <summary>A service, coturn, and a reporter beside it, as they run together.</summary>
internal sealed class UsageScene : IAsyncDisposable
{
    private const string Secret = "shared", Password = "between-coturn-and-reporter";

    private readonly TempFolder _folder = new();
    private readonly SigningKey _key = new();
    private readonly int _statisticsPort = Ports.Free(1)[0];
    private string _apiKey = "";

    public HeliographProcess Service { get; private set; } = null!;

    public HeliographProcess Reporter { get; private set; } = null!;

    public Coturn Coturn { get; private set; } = null!;

    public ApiClient Api { get; private set; } = null!;

    public DeviceAddress Device { get; private set; }

    public static async Task<UsageScene> OpenAsync()
    {
        var scene = new UsageScene();
        scene.Service = await scene.ServeAsync("http://127.0.0.1:0");
        scene.Api = scene.Service.CreateApiClient();
        scene.Device = await scene.CreateDeviceAsync();
        var key = await scene.Api.ManageAsync(HttpMethod.Post, "/v1/apikeys", new JsonObject { ["scopes"] = new JsonArray("report") });
        scene._apiKey = scene._folder.Write("report.key", key.Require(HttpStatusCode.OK).Text("key"));
        scene._folder.Write("password", Password);
        await scene.StartReporterAsync();
        scene.Coturn = await Coturn.StartAsync(
            scene._folder, [Secret], $"redis-statsdb=\"ip=127.0.0.1 port={scene._statisticsPort} password={Password} connect_timeout=5\"");
        return scene;
    }

    public async Task<DeviceAddress> CreateDeviceAsync() => await Api.CreateDeviceAsync(await Api.CreateProductAsync(), _key);

    /// <summary>Starts the reporter and waits until it listens.</summary>
    public async Task StartReporterAsync(string? apiKeyFile = null)
    {
        Reporter = HeliographProcess.Start(
        [
            "turn", "report", "--url", Service.BaseUrl, "--api-key-file", apiKeyFile ?? _apiKey, "--listen", $"127.0.0.1:{_statisticsPort}",
            "--password-file", _folder.PathOf("password"), "--state", StateFile, "--interval", "1s",
        ]);
        await Eventually.HoldsAsync("the reporter listens", () => Task.FromResult(Reporter.Log.Contains("Listening", StringComparison.Ordinal)
            ? null
            : Reporter.HasExited ? throw new InvalidOperationException(Reporter.Log) : Reporter.Log));
    }

    /// <summary>Whether the service or the reporter has so many bytes of the device, and nothing is missing of a session.</summary>
    public async Task<bool> IsWrittenDownAsync(long bytes)
    {
        var state = await StateAsync();
        // A report that is counted already may still be in the file: while a session goes on, that could be taken for the rest of it.
        return state["sessions"]!.AsObject().All(x => x.Value!["bytes"]!.GetValue<long>() == 0)
            && await UsageAsync() + KeptIn(state) >= bytes;
    }

    /// <summary>Whether the reporter has nothing left to report.</summary>
    public async Task<bool> IsReportedAsync() => KeptIn(await StateAsync()) == 0;

    private long KeptIn(JsonNode state) =>
        ((JsonNode?[])[state["outgoing"], state["pending"]]).Sum(x => x?[$"{Device.Product}:{Device.Device}"]?.GetValue<long>() ?? 0);

    private async Task<JsonNode> StateAsync() => JsonNode.Parse(await File.ReadAllTextAsync(StateFile))!;

    /// <summary>
    /// Waits until coturn tells the new reporter of sessions. Each of its threads notices by itself, within seconds, that it must connect
    /// anew; what it has to tell till then is lost, as it is meant to be.
    /// </summary>
    public async Task CoturnIsBackAsync()
    {
        const int enough = 4;
        var heard = 0;
        await Eventually.HoldsAsync("coturn tells the reporter of sessions", async () =>
        {
            // They have no bytes, so they change no count.
            using var probe = await OpenSessionAsync();
            heard = await IsHeardAsync() ? heard + 1 : 0;
            await probe.CloseAsync();
            return heard >= enough ? null : $"{heard} in a row";
        });
    }

    /// <summary>Whether a session that has just begun is in what the reporter writes down every second.</summary>
    private async Task<bool> IsHeardAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var tries = 0; tries < 30 && await timer.WaitForNextTickAsync(); tries++)
        {
            var sessions = (await StateAsync())["sessions"]!.AsObject();
            if (sessions.Any(x => x.Value!["bytes"]!.GetValue<long>() == 0))
                return true;
        }

        return false;
    }

    public string StateFile => _folder.PathOf("state.json");

    /// <summary>Ends the reporter as a power cut does.</summary>
    public async Task KillReporterAsync()
    {
        await Reporter.KillAsync();
        await Reporter.DisposeAsync();
    }

    /// <summary>Ends the service as a power cut does.</summary>
    public Task KillServiceAsync() => Service.KillAsync();

    /// <summary>Starts the service again, where it was.</summary>
    public async Task RestartServiceAsync()
    {
        var before = Service;
        Service = await ServeAsync(before.BaseUrl);
        await before.DisposeAsync();
    }

    /// <summary>Opens a session on coturn with the credentials that the service gives the device.</summary>
    public async Task<TurnClient> OpenSessionAsync(DeviceAddress? device = null)
    {
        var (username, credential) = await CredentialsAsync(device ?? Device);
        return await TurnClient.OpenAsync(Coturn.Port, username, credential);
    }

    public async Task<(string Username, string Credential)> CredentialsAsync(DeviceAddress device)
    {
        var servers = (await Api.IceServersAsync(device, _key.DeviceToken(device))).Require(HttpStatusCode.OK)["iceServers"]!.AsArray();
        return (servers[^1]!.Text("username"), servers[^1]!.Text("credential"));
    }

    /// <summary>Connects the device and a client, to relay messages.</summary>
    public async Task<(TestPeer Device, TestPeer Client, string Channel)> ConnectAsync()
    {
        var device = await Api.OpenDeviceAsync(Device, _key);
        var (client, channel, _) = await Api.OpenClientAsync(Device);
        await device.ReceiveAsync();
        return (device, client, channel);
    }

    /// <summary>This month's count of a device's, or a product's where there is no device.</summary>
    public async Task<long> UsageAsync(string of = "relayByteCount", bool ofProduct = false)
    {
        var path = $"/v1/webrtc/products/{Device.Product}{(ofProduct ? "" : $"/devices/{Device.Device}")}/usage";
        return (await Api.ManageAsync(HttpMethod.Get, path)).Require(HttpStatusCode.OK)[of]!["thisMonth"]!.GetValue<long>();
    }

    /// <summary>Waits until so many bytes are counted for the device.</summary>
    public Task ExpectAsync(long bytes) => Eventually.HoldsAsync(
        "relayed bytes", async () => await UsageAsync() is var count && count == bytes ? null : $"{count}, not {bytes}; the reporter says: {Reporter.Log}");

    public async ValueTask DisposeAsync()
    {
        await Coturn.DisposeAsync();
        await Reporter.DisposeAsync();
        Api.Dispose();
        await Service.DisposeAsync();
        _key.Dispose();
        _folder.Dispose();
    }

    private Task<HeliographProcess> ServeAsync(string listen) => HeliographProcess.ServeAsync(
        _folder.Sub("data"),
        new Dictionary<string, string> { ["HELIOGRAPH_Ice__TurnUrls"] = "turn:127.0.0.1", ["HELIOGRAPH_Ice__TurnSecret"] = Secret },
        "--listen", listen);
}
