using System.Text.Json;
using Heliograph.Protocol;

namespace Heliograph.Sdk.Tests;

/// <summary>A device and a client that talk, with the service in between.</summary>
public sealed class ConversationTests(ServiceFixture service)
{
    private static readonly JsonElement Hello = JsonElement.Parse("""{"type":"HELLO","text":"grün 🔑"}""");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Transport_SetUp_CarriesMessagesBothWays(bool withSecret)
    {
        var registered = await service.CreateDeviceAsync();
        var security = withSecret ? MessageSecurity.SharedSecret("s3cret") : MessageSecurity.None();
        await using var device = new SignalingDevice(registered.DeviceOptions);
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        await using var client = new SignalingClient(registered.ClientOptions with { AccessToken = withSecret ? null : registered.ClientToken() });
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
        var clientSide = MessageTransport.ForClient(client, security);
        var channel = await device.AcceptAllAsync().FirstAsync();
        var deviceSide = MessageTransport.ForDevice(device, channel, security);

        (await clientSide.WaitForSetupAsync().WaitAsync(TestPeer.Patience)).ShouldBeEmpty();
        await clientSide.SendAsync(SignalingMessage.Of(Hello));
        var heard = await deviceSide.ReadAllAsync().FirstAsync();
        await deviceSide.SendAsync(SignalingMessage.Of(new SessionDescription("offer", "v=0\r\n")));
        var answer = await clientSide.ReadAllAsync().FirstAsync();

        JsonElement.DeepEquals(heard.ShouldBeOfType<ApplicationMessage>().Content, Hello).ShouldBeTrue();
        answer.ShouldBe(new DescriptionMessage(new("offer", "v=0\r\n")));
        channel.IsAuthorized.ShouldBe(!withSecret);
    }

    [Fact]
    public async Task Client_Disposed_ClosesTheDevicesChannel()
    {
        var registered = await service.CreateDeviceAsync();
        await using var device = new SignalingDevice(registered.DeviceOptions);
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        var client = new SignalingClient(registered.ClientOptions);
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
        await client.Channel.SendAsync(Hello);
        var channel = await device.AcceptAllAsync().FirstAsync();

        await client.DisposeAsync();

        await channel.Completion.WaitAsync(TestPeer.Patience);
        channel.State.ShouldBe(ChannelState.Closed);
        client.State.ShouldBe(ConnectionState.Closed);
        device.Channels.ShouldBeEmpty();
    }
}
