using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>Close frames of a peer, RFC 6455 sections 5.5.1 and 7.4.</summary>
public class CloseFrameTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1011)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(4999)]
    public async Task Close_WithCode_IsAnsweredWithIt(int code)
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(RawFrame.OfClose(code, "fertig, grüß Gott"));

        await ShouldEndAsync(pair.Client, code);
    }

    [Fact]
    public async Task Close_Empty_IsAnsweredByAnEmptyOne()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(new RawFrame(RawFrame.Close, []));

        await ShouldEndAsync(pair.Client, null);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(1016)]
    [InlineData(2999)]
    [InlineData(5000)]
    [InlineData(65535)]
    public async Task Close_WithCodeThatMustNotBeSent_IsAnsweredBy1002(int code)
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(RawFrame.OfClose(code));

        await ShouldEndAsync(pair.Client, 1002);
    }

    [Fact]
    public async Task Close_OfOneByte_IsAnsweredBy1002()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(new RawFrame(RawFrame.Close, [3]));

        await ShouldEndAsync(pair.Client, 1002);
    }

    [Fact]
    public async Task Close_WithReasonThatIsNotUtf8_IsAnsweredBy1007()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(new RawFrame(RawFrame.Close, [0x03, 0xE8, 0xC3, 0x28]));

        await ShouldEndAsync(pair.Client, 1007);
    }

    [Fact]
    public async Task Close_InsideAFragmentedMessage_EndsTheConnection()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(RawFrame.OfText("{") with { IsFinal = false }, RawFrame.OfClose(1000));

        await ShouldEndAsync(pair.Client, 1000);
    }

    [Fact]
    public async Task Close_RightBehindAnError_DoesNotOvertakeIt()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(
            RawFrame.OfText($$"""{"type":"ERROR","channelId":"{{pair.Channel}}","error":{"code":"CHANNEL_CLOSED"} }"""), RawFrame.OfClose(1000));

        (await pair.Device.ReceiveAsync()).ShouldBe($$$"""{"type":"ERROR","channelId":"{{{pair.Channel}}}","error":{"code":"CHANNEL_CLOSED"}}""");
    }

    [Fact]
    public async Task Messages_BehindAClose_AreIgnored()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(RawFrame.OfClose(1000), RawFrame.OfText(pair.Message("1")), new(RawFrame.Ping, []));

        await ShouldEndAsync(pair.Client, 1000);
        (await pair.Device.DrainAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cut_WithoutClose_FreesTheChannel()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        pair.Client.Reset();

        await Eventually.HoldsAsync("The device is told that the client is gone", async () =>
        {
            await pair.Device.SendMessageAsync(pair.Channel, "1");
            var answers = await pair.Device.DrainAsync();
            return answers.Any(x => x.Contains("PEER_OFFLINE", StringComparison.Ordinal)) ? null : "no PEER_OFFLINE";
        });
    }

    /// <summary>One close frame comes with this code, and then the end.</summary>
    private static async Task ShouldEndAsync(RawWebSocket socket, int? code)
    {
        var frame = await socket.ReadFrameAsync();
        frame!.Opcode.ShouldBe(RawFrame.Close);
        frame.CloseCode.ShouldBe(code);
        socket.EndSending();
        (await socket.ReadToEndAsync()).ShouldBeEmpty();
    }
}
