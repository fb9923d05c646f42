using Heliograph.Server.Relay;

namespace Heliograph.Server.Tests.Relay;

public sealed class FramePoolTests
{
    [Theory]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(600, 1024)]
    [InlineData(1024, 1024)]
    [InlineData(FramePool.LargestKept, FramePool.LargestKept)]
    [InlineData(FramePool.LargestKept + 1, 2 * FramePool.LargestKept)]
    [InlineData(70_000, 128 * 1024)]
    public void Rent_OfALength_GivesTheNextPowerOfTwo(int length, int expected)
    {
        for (var i = 0; i < 2; i++)
        {
            var buffer = FramePool.Rent(length);
            buffer.Length.ShouldBe(expected);
            FramePool.Return(buffer);
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(600)]
    [InlineData(FramePool.LargestKept)]
    public void Rent_OfWhatTheThreadPutBack_GivesEachOnce(int length)
    {
        var first = RentMany(length);
        foreach (var buffer in first)
            FramePool.Return(buffer);

        var second = RentMany(length);

        second.Distinct().Count().ShouldBe(FramePool.Kept);
        second.ShouldBe(first, ignoreOrder: true);
    }

    [Fact]
    public void Return_OfMoreThanAreKept_GivesNoneTwice()
    {
        var buffers = Enumerable.Range(0, 3 * FramePool.Kept).Select(_ => FramePool.Rent(100)).ToList();
        foreach (var buffer in buffers)
            FramePool.Return(buffer);

        var next = Enumerable.Range(0, 3 * FramePool.Kept).Select(_ => FramePool.Rent(100)).ToList();

        next.Distinct().Count().ShouldBe(next.Count);
        next.ShouldAllBe(x => x.Length == 128);
    }

    [Fact]
    public void Rent_OnAnotherThread_GivesNoneOfThisOnes()
    {
        var own = RentMany(300);
        foreach (var buffer in own)
            FramePool.Return(buffer);
        List<byte[]> others = [];

        var thread = new Thread(() => others = RentMany(300));
        thread.Start();
        thread.Join();

        others.Intersect(own).ShouldBeEmpty();
    }

    private static List<byte[]> RentMany(int length) => [.. Enumerable.Range(0, FramePool.Kept).Select(_ => FramePool.Rent(length))];
}
