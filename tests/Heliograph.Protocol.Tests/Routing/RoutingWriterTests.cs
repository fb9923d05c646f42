using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Heliograph.Protocol.Routing;

namespace Heliograph.Protocol.Tests.Routing;

/// <summary>The bytes that the service writes, and that they read as what was written.</summary>
public sealed class RoutingWriterTests
{
    private const string Id = "00d3f0b6c2a9e4d1f8d3f0b6c2a9e4d1";

    private static readonly ChannelId Channel = ChannelId.FromBytes(Convert.FromHexString(Id));

    private delegate int Write(Span<byte> destination);

    [Fact]
    public void Ping_And_Pong_AreTheirText()
    {
        Encoding.UTF8.GetString(RoutingWriter.Ping).ShouldBe("""{"type":"PING"}""");
        Encoding.UTF8.GetString(RoutingWriter.Pong).ShouldBe("""{"type":"PONG"}""");
    }

    [Fact]
    public void WriteMessageToClient_Golden() =>
        Written(5, x => RoutingWriter.WriteMessageToClient(x, Channel, "[1, 2]"u8)).ShouldBe($$"""{"type":"MESSAGE","channelId":"{{Id}}","message":[1, 2]}""");

    [Theory]
    [InlineData(true, "true")]
    [InlineData(false, "false")]
    public void WriteMessageToDevice_Golden(bool authorized, string text) =>
        Written(2, x => RoutingWriter.WriteMessageToDevice(x, Channel, "{}"u8, authorized))
            .ShouldBe($$$"""{"type":"MESSAGE","channelId":"{{{Id}}}","authorized":{{{text}}},"message":{}}""");

    [Fact]
    public void WriteError_Golden()
    {
        Written(6, x => RoutingWriter.WriteError(x, Channel, "\"A\""u8, "\"m\""u8))
            .ShouldBe($$$"""{"type":"ERROR","channelId":"{{{Id}}}","error":{"code":"A","message":"m"}}""");
        Written(3, x => RoutingWriter.WriteError(x, Channel, "\"A\""u8, default))
            .ShouldBe($$$"""{"type":"ERROR","channelId":"{{{Id}}}","error":{"code":"A"}}""");
    }

    [Fact]
    public void WritePeerConnected_Golden() =>
        Written(0, x => RoutingWriter.WritePeerConnected(x, Channel)).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{Id}}"}""");

    [Fact]
    public void WritePeerOffline_Golden()
    {
        Written(0, x => RoutingWriter.WritePeerOffline(x, Channel)).ShouldBe($$"""{"type":"PEER_OFFLINE","channelId":"{{Id}}"}""");
        Written(8, x => RoutingWriter.WritePeerOffline(x, "\"\\u0041\""u8)).ShouldBe("""{"type":"PEER_OFFLINE","channelId":"\u0041"}""");
    }

    [Fact]
    public void Write_OfAnythingRead_ReadsAsTheSame() =>
        Prop.ForAll(Checks.Seeds, seed =>
        {
            var message = new RandomJson(seed).NewValue();
            if (message == "null")
                return;
            var bytes = Encoding.UTF8.GetBytes(message);

            var toDevice = EnvelopeText.Read(Written(bytes.Length, x => RoutingWriter.WriteMessageToDevice(x, Channel, bytes, authorized: true)));
            var toClient = EnvelopeText.Read(Written(bytes.Length, x => RoutingWriter.WriteMessageToClient(x, Channel, bytes)));

            toDevice.ShouldBe(new(EnvelopeProblem.None, RoutingType.Message, $"\"{Id}\"", message, "", ""));
            toClient.ShouldBe(toDevice);
        }).Check(Checks.Of(2000));

    /// <summary>What is written into a destination that has just the room that the caller must give.</summary>
    private static string Written(int parts, Write write)
    {
        var destination = new byte[parts + RoutingWriter.Overhead];
        return Encoding.UTF8.GetString(destination, 0, write(destination));
    }
}
