using System.Text.Json.Nodes;
using Heliograph.Server.Tests.OverHttp;
using Heliograph.Server.Tests.OverTls;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>
/// One device with ten thousand channels, on the service as a process of its own. One way after the other: a process may have 20,000 files open
/// on some machines.
/// </summary>
[Collection(nameof(ManyChannelsTests))]
public class ManyChannelsTests
{
    private const int Count = 10_000;

    /// <summary>Messages that wait for the device at most: they fit into its outbox, however slowly it reads on a busy machine.</summary>
    private const int Window = 1000;

    private static readonly Dictionary<string, string> Settings = new(HeliographProcess.WithoutRateLimits, StringComparer.Ordinal)
    {
        // The clients are read one after the other; none of them is dead meanwhile.
        ["HELIOGRAPH_Relay__PingInterval"] = "00:30:00",
        ["HELIOGRAPH_Logging__Level"] = "Warning",
    };

    [Fact]
    public async Task Device_WithTenThousandChannels_ReconnectsAndServesThemAll()
    {
        using var folder = new TempFolder();
        await using var service = await ServeAsync(folder);
        using var api = service.CreateApiClient();
        using var key = new SigningKey();
        var address = await api.CreateDeviceAsync(await api.CreateProductAsync(), key);
        var device = await api.OpenDeviceAsync(address, key);
        var clients = new (RawWebSocket Peer, string Channel)[Count];
        try
        {
            await ForEachAsync(async i => clients[i] = await api.OpenRawClientAsync(address));
            var channels = clients.Select(x => x.Channel).ToHashSet(StringComparer.Ordinal);
            channels.Count.ShouldBe(Count);
            await ShouldBeToldOfAsync(device, channels);

            await device.DisposeAsync();
            device = await api.OpenDeviceAsync(address, key);

            await ShouldBeToldOfAsync(device, channels);
            await ForEachAsync(async i =>
                (await clients[i].Peer.ReadTextAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{clients[i].Channel}}"}"""));
            await ShouldRelayBothWaysAsync(device, clients);
        }
        finally
        {
            await device.DisposeAsync();
            foreach (var (peer, _) in clients)
                await (peer?.DisposeAsync() ?? default);
        }
    }

    /// <summary>A service that goes the way that the test's class says.</summary>
    private static Task<HeliographProcess> ServeAsync(TempFolder folder)
    {
        var settings = new Dictionary<string, string>(Settings, StringComparer.Ordinal);
        if (OverHttpAttribute.IsOnClass)
            settings["HELIOGRAPH_BesideHttp"] = "false";
        if (!OverTlsAttribute.IsOnClass)
            return HeliographProcess.ServeAsync(folder.Sub("data"), settings);
        (settings["HELIOGRAPH_CertificateFile"], settings["HELIOGRAPH_CertificateKeyFile"]) = TestCertificate.Write(folder.Info);
        return HeliographProcess.ServeAsync(folder.Sub("data"), settings, "--listen", "https://127.0.0.1:0");
    }

    private static Task ForEachAsync(Func<int, Task> act) => ForEachAsync(0, Count, act);

    private static Task ForEachAsync(int from, int to, Func<int, Task> act) =>
        Parallel.ForAsync(from, to, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await act(i));

    private static async Task ShouldBeToldOfAsync(TestPeer device, HashSet<string> channels)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        while (told.Count < channels.Count)
        {
            var frame = await device.ReceiveJsonAsync();
            frame["type"]!.GetValue<string>().ShouldBe("PEER_CONNECTED");
            told.Add(frame["channelId"]!.GetValue<string>());
        }

        told.SetEquals(channels).ShouldBeTrue();
    }

    private static async Task ShouldRelayBothWaysAsync(TestPeer device, (RawWebSocket Peer, string Channel)[] clients)
    {
        var received = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var from = 0; from < Count; from += Window)
        {
            await ForEachAsync(from, from + Window, i => clients[i].Peer.SendMessageAsync(clients[i].Channel, $"{i}"));
            while (received.Count < from + Window)
            {
                var frame = await device.ReceiveJsonAsync();
                received.Add(frame["channelId"]!.GetValue<string>(), frame["message"]!.GetValue<int>());
            }
        }

        for (var i = 0; i < Count; i++)
            received[clients[i].Channel].ShouldBe(i);
        foreach (var (_, channel) in clients)
            await device.SendMessageAsync(channel, $"\"{channel}\"");
        await ForEachAsync(async i =>
            JsonNode.Parse(await clients[i].Peer.ReadTextAsync())!["message"]!.GetValue<string>().ShouldBe(clients[i].Channel));
    }
}
