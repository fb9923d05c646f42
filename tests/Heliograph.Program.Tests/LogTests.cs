using System.Net;
using System.Text.Json.Nodes;

namespace Heliograph.Program.Tests;

/// <summary>The log: a line for the start and the end of a connection, on standard error, with no secret in it.</summary>
public sealed class LogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Information")]
    [InlineData("Trace")]
    public async Task Log_AtAnyLevel_HasNoSecrets(string level)
    {
        await using var service = await HeliographProcess.ServeAsync(
            _folder.Sub("data"), new Dictionary<string, string> { ["HELIOGRAPH_LOGGING__LEVEL"] = level });
        using var api = service.CreateApiClient();
        using var key = new SigningKey();
        var product = await api.CreateProductAsync();
        await api.AddProductKeyAsync(product, key);
        var address = await api.CreateDeviceAsync(product, key);
        var deviceToken = key.DeviceToken(address);
        var clientToken = key.ClientToken(address);
        var expired = key.DeviceToken(address, claims => claims["exp"] = 1);
        await api.ConnectDeviceAsync(address, expired);
        await api.SendAsync(HttpMethod.Get, "/v1/webrtc/products", bearer: "hgk_nonsense");

        var deviceUrl = (await api.ConnectDeviceAsync(address, deviceToken)).Require(HttpStatusCode.OK)["signalingUrl"]!.GetValue<string>();
        await using (var device = await TestPeer.OpenAsync(deviceUrl))
        {
            var (client, channel, clientUrl) = await api.OpenClientAsync(address, clientToken);
            await client.SendMessageAsync(channel, "\"a=ice-pwd:whatever\"");
            await device.ReceiveAsync();
            await device.ReceiveAsync();
            await client.CloseAsync();
            await device.CloseAsync();
            await client.DisposeAsync();
            await Eventually.HoldsAsync("the ends are logged", () => service.Log.Split("disconnected: peer_closed").Length == 3);

            foreach (var secret in (string[])[api.ApiKey, deviceToken, clientToken, expired, "hgk_nonsense", TicketOf(deviceUrl), TicketOf(clientUrl), channel, "ice-pwd"])
                service.Log.ShouldNotContain(secret);
        }

        service.Log.ShouldContain($"Device {address} connected");
        service.Log.ShouldNotContain("fail:");
        service.Log.ShouldNotContain("crit:");
        service.Output.ShouldNotContain("connected");
    }

    [Fact]
    public async Task Log_AsJson_IsAnObjectALine()
    {
        await using var service = await HeliographProcess.ServeAsync(
            _folder.Sub("data"), new Dictionary<string, string> { ["HELIOGRAPH_LOGGING__FORMAT"] = "Json" });
        await using (await Peers.OpenAsync(service, 2))
            await Eventually.HoldsAsync("both are logged", () => service.Log.Split("Client of").Length > 1);
        await service.KillAsync();

        foreach (var line in service.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            JsonNode.Parse(line)!["Message"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    private static string TicketOf(string signalingUrl) => signalingUrl[(signalingUrl.IndexOf("ticket=", StringComparison.Ordinal) + "ticket=".Length)..];
}
