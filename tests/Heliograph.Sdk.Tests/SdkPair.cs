using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Sdk.Tests;

/// <summary>A device and a client, connected to the service.</summary>
public sealed class SdkPair : IAsyncDisposable
{
    private SdkPair(TestDevice registered, SignalingDevice device, SignalingClient client)
    {
        Registered = registered;
        Device = device;
        Client = client;
    }

    public TestDevice Registered { get; }

    public SignalingDevice Device { get; }

    public SignalingClient Client { get; }

    /// <summary>Connects both; the client with a token where it is to be an authorized one.</summary>
    public static async Task<SdkPair> ConnectAsync(ServiceFixture service, bool authorized = false, Func<SignalingClientOptions, SignalingClientOptions>? configure = null)
    {
        var registered = await service.CreateDeviceAsync();
        var device = new SignalingDevice(registered.DeviceOptions);
        var options = registered.ClientOptions with { AccessToken = authorized ? registered.ClientToken() : null };
        var client = new SignalingClient(configure?.Invoke(options) ?? options);
        var pair = new SdkPair(registered, device, client);
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
        return pair;
    }

    /// <summary>The channel that the client opens, once it has sent something.</summary>
    public async Task<SignalingChannel> AcceptAsync() => await Device.AcceptAllAsync().FirstAsync().AsTask().WaitAsync(TestPeer.Patience);

    /// <summary>Begins the setup on both sides.</summary>
    public async Task<(MessageTransport Device, MessageTransport Client)> SetUpAsync(MessageSecurity device, MessageSecurity client)
    {
        var clientSide = MessageTransport.ForClient(Client, client);
        return (MessageTransport.ForDevice(Device, await AcceptAsync(), device), clientSide);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Device.DisposeAsync();
    }
}

/// <summary>What tests do with messages.</summary>
internal static class Messages
{
    public static SignalingMessage Number(int number) => SignalingMessage.Of(JsonElement.Parse($"{number}"));

    public static int Number(SignalingMessage message) => message.ShouldBeOfType<ApplicationMessage>().Content.GetInt32();

    /// <summary>The next message; for one call only, since it ends the reading.</summary>
    public static Task<SignalingMessage> NextAsync(this MessageTransport transport) => transport.ReadAllAsync().FirstAsync().AsTask().WaitAsync(TestPeer.Patience);

    /// <summary>The next messages.</summary>
    public static Task<List<SignalingMessage>> NextAsync(this MessageTransport transport, int count) =>
        transport.ReadAllAsync().Take(count).ToListAsync().AsTask().WaitAsync(TestPeer.Patience);

    /// <summary>Waits for the setup.</summary>
    public static Task<IReadOnlyList<IceServer>> SetupAsync(this MessageTransport transport) => transport.WaitForSetupAsync().WaitAsync(TestPeer.Patience);
}
