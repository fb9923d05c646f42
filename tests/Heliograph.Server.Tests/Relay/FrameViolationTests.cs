using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>Frames that RFC 6455 forbids: each ends its connection with the code of what is wrong, and nobody else's.</summary>
public class FrameViolationTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private static readonly RawFrame Begun = RawFrame.OfText("{") with { IsFinal = false };

    private static readonly Dictionary<string, RawFrame[]> ProtocolErrors = new(StringComparer.Ordinal)
    {
        ["unmasked text"] = [RawFrame.OfText("{}") with { IsMasked = false }],
        ["unmasked empty text"] = [new(RawFrame.Text, []) { IsMasked = false }],
        ["unmasked ping"] = [new(RawFrame.Ping, []) { IsMasked = false }],
        ["unmasked close"] = [RawFrame.OfClose(1000) with { IsMasked = false }],
        ["RSV1 with no extension"] = [RawFrame.OfText("{}") with { Reserved = 4 }],
        ["RSV2"] = [RawFrame.OfText("{}") with { Reserved = 2 }],
        ["RSV3"] = [RawFrame.OfText("{}") with { Reserved = 1 }],
        ["RSV1 on a ping"] = [new(RawFrame.Ping, []) { Reserved = 4 }],
        ["RSV1 on a continuation"] = [Begun, new(RawFrame.Continuation, []) { Reserved = 4 }],
        ["opcode 3"] = [new(0x3, [])],
        ["opcode 7"] = [new(0x7, [1])],
        ["opcode B"] = [new(0xB, [])],
        ["opcode F"] = [new(0xF, [])],
        ["fragmented ping"] = [new(RawFrame.Ping, []) { IsFinal = false }],
        ["fragmented pong"] = [new(RawFrame.Pong, []) { IsFinal = false }],
        ["fragmented close"] = [RawFrame.OfClose(1000) with { IsFinal = false }],
        ["ping of 126 bytes"] = [new(RawFrame.Ping, new byte[126])],
        ["pong of 65536 bytes"] = [new(RawFrame.Pong, new byte[65536])],
        ["close of 126 bytes"] = [RawFrame.OfClose(1000, new('x', 124))],
        ["ping whose short length stands in two bytes"] = [new(RawFrame.Ping, [1]) { LengthBytes = 2 }],
        ["lone continuation"] = [new(RawFrame.Continuation, [1])],
        ["lone first continuation of several"] = [new(RawFrame.Continuation, [1]) { IsFinal = false }],
        ["continuation after a whole message"] = [RawFrame.OfText("{}"), new(RawFrame.Continuation, [])],
        ["text inside a fragmented message"] = [Begun, RawFrame.OfText("{}")],
        ["binary inside a fragmented message"] = [Begun, new(RawFrame.Binary, [])],
        ["a second first fragment"] = [Begun, Begun],
        ["text inside an empty fragmented message"] = [new(RawFrame.Text, []) { IsFinal = false }, RawFrame.OfText("{}")],
        ["a length with the highest bit"] = [new(RawFrame.Text, []) { LengthBytes = 8, ClaimedLength = 1UL << 63 }],
    };

    private static readonly Dictionary<string, byte[]> InvalidTexts = new(StringComparer.Ordinal)
    {
        ["a byte that never occurs"] = [0xFF],
        ["a lone continuation byte"] = [.. "{\"a\":\""u8, 0x80, .. "\"}"u8],
        ["an overlong slash"] = [0xC0, 0xAF],
        ["a surrogate"] = [0xED, 0xA0, 0x80],
        ["past U+10FFFF"] = [0xF4, 0x90, 0x80, 0x80],
        ["cut at the end"] = [.. "{}"u8, 0xE2, 0x82],
    };

    public static TheoryData<string> ProtocolErrorNames => [.. ProtocolErrors.Keys];

    public static TheoryData<string> InvalidTextNames => [.. InvalidTexts.Keys];

    [Theory]
    [MemberData(nameof(ProtocolErrorNames))]
    public async Task Frame_ThatIsForbidden_IsClosedWith1002(string name) => await ShouldCloseAsync(1002, ProtocolErrors[name]);

    [Theory]
    [MemberData(nameof(InvalidTextNames))]
    public async Task Text_NotUtf8_IsClosedWith1007(string name) => await ShouldCloseAsync(1007, new RawFrame(RawFrame.Text, InvalidTexts[name]));

    [Theory]
    [MemberData(nameof(InvalidTextNames))]
    public async Task Text_NotUtf8OverFragments_IsClosedWith1007(string name)
    {
        var bytes = InvalidTexts[name];
        await ShouldCloseAsync(
            1007,
            new RawFrame(RawFrame.Text, bytes[..^1]) { IsFinal = false },
            new RawFrame(RawFrame.Ping, []),
            new RawFrame(RawFrame.Continuation, bytes[^1..]));
    }

    [Fact]
    public async Task Violation_BehindGoodMessages_DoesNotLoseThem()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(RawFrame.OfText(pair.Message("1")), RawFrame.OfText(pair.Message("2")), new(0x3, []));

        await pair.ShouldReceiveAsync("1");
        await pair.ShouldReceiveAsync("2");
        (await pair.Client.ReadCloseAsync()).ShouldBe(1002);
    }

    [Fact]
    public async Task Violation_WithMuchBehindIt_StillGetsItsCloseFrame()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        // What is not read when a socket is closed makes TCP reset it, and the close frame would be lost.
        await pair.Client.SendAsync((byte[])[.. new RawFrame(0x3, []).ToBytes(), .. new byte[256 * 1024]]);

        (await pair.Client.ReadCloseAsync()).ShouldBe(1002);
        pair.Client.EndSending();
        (await pair.Client.ReadToEndAsync()).ShouldBeEmpty();
    }

    private async Task ShouldCloseAsync(int code, params RawFrame[] frames)
    {
        await using var pair = await RawPair.OpenAsync(fixture);
        var (other, otherChannel) = await fixture.Api.OpenRawClientAsync(pair.Address);
        await using var _ = other;

        await pair.Client.SendAsync(frames);

        (await pair.Client.ReadCloseAsync()).ShouldBe(code);
        pair.Client.EndSending();
        (await pair.Client.ReadToEndAsync()).ShouldBeEmpty();

        // The other channel of the same device goes on.
        (await pair.Device.ReceiveAsync()).ShouldBe($$"""{"type":"PEER_CONNECTED","channelId":"{{otherChannel}}"}""");
        await other.SendMessageAsync(otherChannel, "1");
        (await pair.Device.ReceiveAsync()).ShouldContain(otherChannel);
    }
}
