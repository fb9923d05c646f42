using System.Text.Json;
using Heliograph.Protocol.Management;
using Heliograph.Protocol.Reliability;
using Heliograph.Protocol.Routing;

namespace Heliograph.Protocol.Tests.Http;

/// <summary>What a record says of itself ends up in a log one day: it names what it is, and no secret and no message of a peer.</summary>
public sealed class TextSecrecyTests
{
    private static readonly JsonElement Message = JsonElement.Parse("""{"jwt":"secret"}""");

    public static TheoryData<object, string> Texts => new()
    {
        { new DeviceConnectResponse("wss://x/?ticket=secret"), nameof(DeviceConnectResponse) },
        { new ClientConnectResponse("wss://x/?ticket=secret", true, "c1"), "ClientConnectResponse c1" },
        { new CreatedApiKey("hgk_k3v9_secret", new("k3v9", "o1", null, [], default, null, null)), "CreatedApiKey k3v9" },
        { new PeerFrame { Type = PeerFrame.Message, ChannelId = "c1", Content = Message, ErrorMessage = "secret" }, "MESSAGE c1" },
        { new PeerFrame { Type = PeerFrame.Ping }, "PING" },
        { new ReliabilityMessage(true, 7, Message), "DATA 7" },
        { new ReliabilityMessage(false, 7, default), "ACK 7" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void ToString_OfWhatHoldsSecrets_NamesItAlone(object value, string text) => value.ToString().ShouldBe(text);
}
