using System.Text.Json;
using System.Text.Json.Nodes;
using Heliograph.Protocol;

namespace Heliograph.Sdk.Tests.BrowserModule;

/// <summary>The .NET SDK and the browser module, face to face over the service.</summary>
public sealed class BrowserModuleTests(ServiceFixture service)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DeviceOfTheSdk_ClientOfTheModule_Talk(bool withSecret)
    {
        var registered = await service.CreateDeviceAsync();
        await using var device = new SignalingDevice(registered.DeviceOptions);
        await device.ConnectAsync().WaitAsync(TestPeer.Patience);
        var security = withSecret ? MessageSecurity.SharedSecrets((key, _) => new(key == "front" ? "grün🔑" : null)) : MessageSecurity.None();

        await using var client = await BrowserModulePeer.StartAsync(
            "client", registered, Security(withSecret, "front"), withSecret ? null : registered.ClientToken(),
            """{"type":"DESCRIPTION","description":{"type":"offer","sdp":"v=0\r\n"}}""".AsJson(),
            """{"type":"CANDIDATE","candidate":{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":null}}""".AsJson(),
            """{"type":"CHAT","text":"grün 🔑 <&>"}""".AsJson());
        var channel = await device.AcceptAllAsync().FirstAsync().AsTask().WaitAsync(TestPeer.Patience);
        var transport = MessageTransport.ForDevice(device, channel, security);
        var heard = await transport.NextAsync(3);
        foreach (var message in heard)
            await transport.SendAsync(message);
        await transport.SendAsync(SignalingMessage.Of(JsonElement.Parse("\"bye\"")));

        heard[0].ShouldBe(SignalingMessage.Of(new SessionDescription("offer", "v=0\r\n")));
        heard[1].ShouldBe(SignalingMessage.Of(new IceCandidate("candidate:1", "0", 0)));
        heard[2].ShouldBeOfType<ApplicationMessage>().Content.GetProperty("text").GetString().ShouldBe("grün 🔑 <&>");
        foreach (var expected in (string[])
        [
            """{"type":"DESCRIPTION","description":{"type":"offer","sdp":"v=0\r\n"}}""",
            """{"type":"CANDIDATE","candidate":{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0}}""",
            """{"type":"CHAT","text":"grün 🔑 <&>"}""",
            "\"bye\"",
        ])
            JsonNode.DeepEquals(await client.HearsAsync(), expected.AsJson()).ShouldBeTrue(expected);
        await channel.Completion.WaitAsync(TestPeer.Patience);
        channel.State.ShouldBe(ChannelState.Closed);
        await client.EndedAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DeviceOfTheModule_ClientOfTheSdk_Talk(bool withSecret)
    {
        var registered = await service.CreateDeviceAsync();
        await using var device = await BrowserModulePeer.StartAsync("device", registered, Security(withSecret));
        await ConnectedAsync(device);
        await using var client = new SignalingClient(registered.ClientOptions with { AccessToken = withSecret ? null : registered.ClientToken() });
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);
        var transport = MessageTransport.ForClient(client, withSecret ? MessageSecurity.SharedSecret("grün🔑") : MessageSecurity.None());
        SignalingMessage[] messages =
        [
            SignalingMessage.Of(new SessionDescription("offer", "v=0\r\n")),
            SignalingMessage.Of(new IceCandidate("candidate:1", "0", 0, "ab")),
            Messages.Number(42),
        ];

        foreach (var message in messages)
            await transport.SendAsync(message).AsTask().WaitAsync(TestPeer.Patience);
        var echoes = await transport.NextAsync(3);

        echoes.Take(2).ShouldBe(messages.Take(2));
        Messages.Number(echoes[2]).ShouldBe(42);
    }

    [Fact]
    public async Task DeviceOfTheModule_WithAnotherSecret_RefusesTheClientOfTheSdk()
    {
        var registered = await service.CreateDeviceAsync();
        await using var device = await BrowserModulePeer.StartAsync("device", registered, Security(withSecret: true));
        await ConnectedAsync(device);
        await using var client = new SignalingClient(registered.ClientOptions);
        await client.ConnectAsync().WaitAsync(TestPeer.Patience);

        var transport = MessageTransport.ForClient(client, MessageSecurity.SharedSecret("another"));

        (await Should.ThrowAsync<ChannelException>(transport.SetupAsync)).Code.ShouldBe(SignalingErrorCodes.VerificationError);
        (await device.HearsAsync())["failed"]!.GetValue<string>().ShouldBe(SignalingErrorCodes.VerificationError);
    }

    private static JsonObject Security(bool withSecret, string? keyId = null)
    {
        if (!withSecret)
            return new() { ["mode"] = "NONE" };
        var security = new JsonObject { ["mode"] = "SHARED_SECRET", ["secret"] = "grün🔑" };
        if (keyId is not null)
            security["keyId"] = keyId;
        return security;
    }

    private static async Task ConnectedAsync(BrowserModulePeer device)
    {
        while ((await device.HearsAsync())["state"]?.GetValue<string>() != "CONNECTED")
        {
            // Not yet.
        }
    }
}

internal static class JsonTexts
{
    public static JsonNode AsJson(this string json) => JsonNode.Parse(json)!;
}
