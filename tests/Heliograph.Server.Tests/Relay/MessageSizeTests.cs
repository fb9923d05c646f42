using Heliograph.Testing;

namespace Heliograph.Server.Tests.Relay;

/// <summary>The limit on the size of a message.</summary>
public class MessageSizeTests(RelayFixture fixture) : IClassFixture<RelayFixture>
{
    private const int Limit = 64 * 1024;

    [Theory]
    [InlineData(Limit)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Message_ExactlyAtTheLimit_Passes(int fragment)
    {
        await using var pair = await RawPair.OpenAsync(fixture);
        var json = MessageOfSize(pair, Limit);

        var chunks = pair.MessageBytes(json).Chunk(fragment).ToList();
        await pair.Client.SendAsync([.. chunks.Select((x, i) =>
            new RawFrame(i == 0 ? RawFrame.Text : RawFrame.Continuation, x) { IsFinal = i == chunks.Count - 1 })]);

        await pair.ShouldReceiveAsync(json);
    }

    [Theory]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(200)]
    [InlineData(65535 - 200)]
    public async Task Message_AroundALengthOfTheHeader_Passes(int size)
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        for (var i = size - 70; i < size + 70; i++)
            await pair.ShouldRelayAsync(MessageOfSize(pair, Math.Max(i, 90)));
    }

    [Fact]
    public async Task Message_OverTheLimit_IsClosedWith1009()
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(RawFrame.OfText(pair.Message(MessageOfSize(pair, Limit + 1))));

        (await pair.Client.ReadCloseAsync()).ShouldBe(1009);
    }

    [Theory]
    [InlineData(RawFrame.Text)]
    [InlineData(RawFrame.Binary)]
    public async Task Message_OverTheLimitInFragments_IsClosedWith1009(int opcode)
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(
            new RawFrame(opcode, new byte[Limit]) { IsFinal = false },
            new(RawFrame.Continuation, []) { IsFinal = false },
            new(RawFrame.Ping, []),
            new(RawFrame.Continuation, [1]) { IsFinal = false });

        (await pair.Client.ReadCloseAsync()).ShouldBe(1009);
    }

    [Theory]
    [InlineData(Limit + 1UL, 8)]
    [InlineData(1UL << 31, 8)]
    [InlineData(1UL << 32, 8)]
    [InlineData(long.MaxValue, 8)]
    [InlineData((ulong)long.MaxValue - 100, 8)]
    public async Task Length_HugeByClaimAlone_IsClosedWith1009(ulong claim, int lengthBytes)
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(new RawFrame(RawFrame.Text, []) { LengthBytes = lengthBytes, ClaimedLength = claim });

        (await pair.Client.ReadCloseAsync()).ShouldBe(1009);
    }

    [Theory]
    [InlineData(Limit)]
    [InlineData(1UL << 32)]
    [InlineData(long.MaxValue)]
    public async Task Length_HugeByClaimOfALaterFragment_IsClosedWith1009(ulong claim)
    {
        await using var pair = await RawPair.OpenAsync(fixture);

        await pair.Client.SendAsync(
            new RawFrame(RawFrame.Text, [1]) { IsFinal = false },
            new(RawFrame.Continuation, []) { LengthBytes = 8, ClaimedLength = claim });

        (await pair.Client.ReadCloseAsync()).ShouldBe(1009);
    }

    /// <summary>A message with which the client's whole frame has so many bytes.</summary>
    private static string MessageOfSize(RawPair pair, int size) => $"\"{new string('x', size - pair.MessageBytes("\"\"").Length)}\"";
}
