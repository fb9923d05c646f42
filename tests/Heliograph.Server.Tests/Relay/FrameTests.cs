using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>Frames that RFC 6455 allows, in all the forms that it allows.</summary>
public class FrameTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private const string Euros = "€€€ 😀 ü";

    [Fact]
    public async Task Binary_IsIgnoredAndCounted()
    {
        using var ignored = new Counter(fixture.Service, "heliograph.messages.ignored", "cause");
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(new RawFrame(RawFrame.Binary, [1, 2, 3]), new(RawFrame.Binary, []));
        await pair.Client.SendAsync(
            new RawFrame(RawFrame.Binary, pair.MessageBytes("1")) { IsFinal = false },
            new RawFrame(RawFrame.Continuation, [0xFF]));

        (await pair.Client.DrainAsync()).ShouldBeEmpty();
        ignored.Of("binary").ShouldBe(3);
        await pair.ShouldRelayAsync("2");
    }

    [Fact]
    public async Task Text_Empty_IsIgnored()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(new RawFrame(RawFrame.Text, []));
        await pair.Client.SendAsync(new RawFrame(RawFrame.Text, []) { IsFinal = false }, new(RawFrame.Continuation, []));

        await pair.ShouldRelayAsync("1");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task Text_InFragments_IsOneMessage(int size)
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        // Fragments cut the characters of several bytes, too.
        await pair.Client.SendAsync([.. Fragments(pair.MessageBytes($"\"{Euros}\""), size)]);

        await pair.ShouldReceiveAsync($"\"{Euros}\"");
        await pair.ShouldRelayAsync("1");
    }

    [Fact]
    public async Task Text_WithEmptyFragments_IsOneMessage()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        var empty = new RawFrame(RawFrame.Continuation, []) { IsFinal = false };
        await pair.Client.SendAsync(
            [new(RawFrame.Text, []) { IsFinal = false }, empty, new(RawFrame.Continuation, pair.MessageBytes("5")) { IsFinal = false }, empty, empty with { IsFinal = true }]);

        await pair.ShouldReceiveAsync("5");
    }

    [Fact]
    public async Task Text_WithControlFramesBetweenItsFragments_IsOneMessage()
    {
        await using var pair = await RawPair.OpenAsync(fixture);
        var ping = new RawFrame(RawFrame.Ping, "between"u8.ToArray());

        var frames = Fragments(pair.MessageBytes("\"parts\""), 10).SelectMany(x => new[] { x, ping, new(RawFrame.Pong, []) }).ToList();
        await pair.Client.SendAsync([.. frames]);

        await pair.ShouldReceiveAsync("\"parts\"");
        for (var i = 0; i < frames.Count / 3; i++)
            (await pair.Client.ReadFrameAsync())!.Payload.ShouldBe(ping.Payload);
    }

    [Fact]
    public async Task Frames_ByteByByte_AreUnderstood()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendByteByByteAsync(RawFrame.OfText(pair.Message($"\"{Euros}\"")).ToBytes());
        await pair.Client.SendByteByByteAsync(new RawFrame(RawFrame.Ping, [1, 2]).ToBytes());
        await pair.Client.SendByteByByteAsync((byte[])[.. Fragments(pair.MessageBytes("2"), 20).SelectMany(x => x.ToBytes())]);

        await pair.ShouldReceiveAsync($"\"{Euros}\"");
        (await pair.Client.ReadFrameAsync())!.Payload.ShouldBe([1, 2]);
        await pair.ShouldReceiveAsync("2");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public async Task Length_NotMinimal_IsAccepted(int lengthBytes)
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        // A server may refuse these; this one takes them, as most do.
        await pair.Client.SendAsync(RawFrame.OfText(pair.Message("1")) with { LengthBytes = lengthBytes });

        await pair.ShouldReceiveAsync("1");
    }

    [Fact]
    public async Task Ping_IsAnsweredWithItsPayload()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        foreach (var payload in (byte[][])[[], [0], [.. Enumerable.Range(0, 125).Select(x => (byte)(x * 3))]])
        {
            await pair.Client.SendAsync(new RawFrame(RawFrame.Ping, payload));

            var answer = (await pair.Client.ReadFrameAsync())!;
            answer.Opcode.ShouldBe(RawFrame.Pong);
            answer.Payload.ShouldBe(payload);
            (answer.IsFinal, answer.IsMasked, answer.Reserved).ShouldBe((true, false, 0));
        }
    }

    [Fact]
    public async Task Pong_Unsolicited_IsFine()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(new RawFrame(RawFrame.Pong, []), new(RawFrame.Pong, "unasked"u8.ToArray()));

        await pair.ShouldRelayAsync("1");
    }

    [Fact]
    public async Task Messages_ManyInOneSegment_AllArriveInOrder()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync([.. Enumerable.Range(0, 500).Select(i => RawFrame.OfText(pair.Message($"{i}")))]);

        for (var i = 0; i < 500; i++)
            await pair.ShouldReceiveAsync($"{i}");
    }

    private static IEnumerable<RawFrame> Fragments(byte[] payload, int size)
    {
        var chunks = payload.Chunk(size).ToList();
        return chunks.Select((x, i) => new RawFrame(i == 0 ? RawFrame.Text : RawFrame.Continuation, x) { IsFinal = i == chunks.Count - 1 });
    }
}
