using System.Net;
using Heliograph.Protocol;

namespace Heliograph.Testing;

/// <summary>Connecting peers whose WebSocket is done by hand.</summary>
public static class RawPeers
{
    public static async Task<string> DeviceUrlAsync(this ApiClient api, DeviceAddress device, SigningKey key) =>
        (await api.ConnectDeviceAsync(device, key.DeviceToken(device))).Require(HttpStatusCode.OK)["signalingUrl"]!.GetValue<string>();

    public static async Task<(string Url, string Channel)> ClientUrlAsync(this ApiClient api, DeviceAddress device)
    {
        var answer = (await api.ConnectClientAsync(device)).Require(HttpStatusCode.OK);
        return (answer["signalingUrl"]!.GetValue<string>(), answer["channelId"]!.GetValue<string>());
    }

    public static async Task<RawWebSocket> OpenRawDeviceAsync(this ApiClient api, DeviceAddress device, SigningKey key, int? receiveBuffer = null) =>
        await RawWebSocket.OpenAsync(await api.DeviceUrlAsync(device, key), receiveBuffer: receiveBuffer);

    public static async Task<(RawWebSocket Peer, string Channel)> OpenRawClientAsync(
        this ApiClient api, DeviceAddress device, int? receiveBuffer = null)
    {
        var (url, channel) = await api.ClientUrlAsync(device);
        return (await RawWebSocket.OpenAsync(url, receiveBuffer: receiveBuffer), channel);
    }
}
