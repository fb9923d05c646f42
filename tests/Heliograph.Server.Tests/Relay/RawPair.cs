using System.Text;
using Heliograph.Protocol;
using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>A client whose frames are made by hand, and its device, which shows what came through.</summary>
internal sealed class RawPair : IAsyncDisposable
{
    private RawPair(DeviceAddress address, TestPeer device, RawWebSocket client, string channel)
    {
        Address = address;
        Device = device;
        Client = client;
        Channel = channel;
    }

    public DeviceAddress Address { get; }

    public TestPeer Device { get; }

    public RawWebSocket Client { get; }

    public string Channel { get; }

    public static async Task<RawPair> OpenAsync(RelayFixture fixture)
    {
        var address = await fixture.CreateDeviceAsync();
        return await OpenAsync(fixture.Api, address, fixture.DeviceKey);
    }

    public static async Task<RawPair> OpenAsync(ApiClient api, DeviceAddress address, SigningKey key)
    {
        var device = await api.OpenDeviceAsync(address, key);
        var (client, channel) = await api.OpenRawClientAsync(address);
        (await device.ReceiveAsync()).ShouldContain("PEER_CONNECTED");
        return new(address, device, client, channel);
    }

    /// <summary>The client's MESSAGE.</summary>
    public string Message(string json) => $$"""{"type":"MESSAGE","channelId":"{{Channel}}","message":{{json}}}""";

    public byte[] MessageBytes(string json) => Encoding.UTF8.GetBytes(Message(json));

    public async Task ShouldReceiveAsync(string json) =>
        (await Device.ReceiveAsync()).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{Channel}}","authorized":false,"message":{{json}}}""");

    /// <summary>The connection lives: a message still goes through.</summary>
    public async Task ShouldRelayAsync(string json)
    {
        await Client.SendMessageAsync(Channel, json);
        await ShouldReceiveAsync(json);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Device.DisposeAsync();
    }
}
