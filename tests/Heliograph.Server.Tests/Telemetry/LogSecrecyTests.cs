using System.Net;
using System.Text.Json.Nodes;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Telemetry;

/// <summary>No token, ticket, API key, TURN credential or message is ever written to the log, not even at Debug.</summary>
public sealed class LogSecrecyTests
{
    private const string Sdp = "v=0 o=- 4611731400430051336 2 IN IP4 127.0.0.1 a=ice-pwd:asd88fgpdd777uzjYhagZg";

    [Fact]
    public async Task Log_AfterAllKindsOfCalls_HasNoSecret()
    {
        using var key = new SigningKey();
        using var forger = new SigningKey();
        await using var service = await TestService.StartAsync(settings =>
        {
            settings.Ice.TurnUrls.Add("turn:turn.example.com");
            settings.Ice.TurnSecret = "turn-secret-of-this-test";
        });
        var api = service.Api;
        var product = await api.CreateProductAsync();
        await api.AddProductKeyAsync(product, key);
        var address = await api.CreateDeviceAsync(product, key);
        var (deviceToken, clientToken, forged) = (key.DeviceToken(address), key.ClientToken(address), forger.ClientToken(address));
        var apiKey = await api.CreateApiKeyAsync("or-secret");

        var deviceUrl = (await api.ConnectDeviceAsync(address, deviceToken)).Require(HttpStatusCode.OK).Text("signalingUrl");
        var connect = (await api.ConnectClientAsync(address, clientToken)).Require(HttpStatusCode.OK);
        var (clientUrl, channel) = (connect.Text("signalingUrl"), connect.Text("channelId"));
        await api.ConnectClientAsync(address, forged);
        await api.ConnectClientAsync(address, clientToken + "x");
        await api.SendAsync(HttpMethod.Post, "/v1/client/connect", ApiClient.Json($$"""{"productId":"{{clientToken}}","deviceId":7}"""), clientToken);
        var turn = (await api.IceServersAsync(address, deviceToken)).Json["iceServers"]![0]!.Text("credential");
        await api.SendAsync(HttpMethod.Get, "/v1/webrtc/products", bearer: apiKey + "x");
        await api.SendAsync(HttpMethod.Get, clientUrl.Replace("ws://", "http://", StringComparison.Ordinal));
        await api.SendAsync(HttpMethod.Get, clientUrl.Replace("ws://", "http://", StringComparison.Ordinal) + "x");
        await RelayAsync(deviceUrl, clientUrl, channel);

        service.Log.ShouldContain(line => line.Contains(address.ToString(), StringComparison.Ordinal));
        service.Log.ShouldContain(line => line.StartsWith("Debug Heliograph.", StringComparison.Ordinal));
        foreach (var secret in (string[])
            [deviceToken, clientToken, forged, deviceToken.Split('.')[2], clientToken.Split('.')[2], forged.Split('.')[2], deviceToken.Split('.')[1],
             TicketOf(deviceUrl), TicketOf(clientUrl), channel, apiKey, apiKey[^52..], api.ApiKey[^52..], turn, "turn-secret-of-this-test", "ice-pwd", "4611731400430051336"])
            service.Log.ShouldAllBe(line => !line.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Log_OfAConnection_HasALineAtItsStartAndEndAndNonePerMessage()
    {
        using var key = new SigningKey();
        await using var service = await TestService.StartAsync();
        var address = await service.Api.CreateDeviceAsync(await service.Api.CreateProductAsync(), key);
        var deviceUrl = (await service.Api.ConnectDeviceAsync(address, key.DeviceToken(address))).Json.Text("signalingUrl");
        var connect = (await service.Api.ConnectClientAsync(address)).Json;
        await RelayAsync(deviceUrl, connect.Text("signalingUrl"), connect.Text("channelId"));

        await Eventually.HoldsAsync("both ends", () => LinesOf(" disconnected: ").Count() == 2);
        LinesOf($"Device {address} connected from ").ShouldHaveSingleItem();
        LinesOf($"Client of {address} connected from ").ShouldHaveSingleItem().ShouldContain("authorized: False");
        LinesOf($"Device {address} disconnected: peer_closed, after ").ShouldHaveSingleItem();
        LinesOf($"Client of {address} on channel ").ShouldHaveSingleItem().ShouldContain("disconnected: peer_closed, after ");
        service.Log.Count(line => line.Contains(address.Device.Value, StringComparison.Ordinal)).ShouldBe(4);

        IEnumerable<string> LinesOf(string text) => service.Log.Where(line => line.Contains(text, StringComparison.Ordinal));
    }

    private static string TicketOf(string url) => url[(url.IndexOf('=') + 1)..];

    private static async Task RelayAsync(string deviceUrl, string clientUrl, string channel)
    {
        await using var device = await TestPeer.OpenAsync(deviceUrl);
        await using var client = await TestPeer.OpenAsync(clientUrl);
        await device.ReceiveAsync();
        var message = new JsonObject { ["type"] = "DESCRIPTION", ["description"] = new JsonObject { ["type"] = "offer", ["sdp"] = Sdp } }.ToJsonString();
        await client.SendMessageAsync(channel, message);
        await device.ReceiveAsync();
        await device.SendMessageAsync(channel, message);
        await client.ReceiveAsync();
        await client.SendAsync($"{message} and more that is not JSON");
        await client.SendMessageAsync("elsewhere", message);
        await client.DrainAsync();
        await client.CloseAsync();
        await device.CloseAsync();
    }
}
