using System.Security.Cryptography;
using Heliograph.Server.Regions;

namespace Heliograph.Server.Tests.Regions;

/// <summary>Where one frame ends and the next begins, however the bytes come.</summary>
public sealed class FrameTrackerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Advance_FramesInPiecesOfAnySize_StopsAtTheEndOfEach(bool masked)
    {
        var random = new Random(5);
        int[] lengths = [0, 1, 125, 126, 127, 300, 65_535, 65_536, 70_000, 0, 5];
        var frames = lengths.Select(length => Frame(0x81, length, masked)).ToList();
        var all = frames.SelectMany(x => x).ToArray();
        for (var round = 0; round < 200; round++)
        {
            var tracker = new FrameTracker();
            var ends = new List<int>();
            for (var at = 0; at < all.Length;)
            {
                var most = random.Next(4) == 0 ? random.Next(1, 4) : random.Next(1, 100_000);
                at += tracker.Advance(all.AsSpan(at, Math.Min(most, all.Length - at)));
                if (tracker.IsBetweenFrames)
                    ends.Add(at);
            }

            var sum = 0;
            ends.ShouldBe(frames.Select(frame => sum += frame.Length));
            tracker.HasClosed.ShouldBeFalse();
        }
    }

    [Fact]
    public void HasClosed_OnceACloseFrameHasPassed()
    {
        var tracker = new FrameTracker();
        var close = Frame(0x88, 2, masked: true);

        tracker.Advance(close.AsSpan(0, 1));
        tracker.HasClosed.ShouldBeFalse();
        tracker.Advance(close.AsSpan(1));

        tracker.HasClosed.ShouldBeTrue();
        tracker.IsBetweenFrames.ShouldBeTrue();
    }

    private static byte[] Frame(byte first, int length, bool masked)
    {
        var mask = (byte)(masked ? 0x80 : 0);
        byte[] header = length switch
        {
            < 126 => [first, (byte)(mask | length)],
            <= ushort.MaxValue => [first, (byte)(mask | 126), (byte)(length >> 8), (byte)length],
            _ => [first, (byte)(mask | 127), 0, 0, 0, 0, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length],
        };
        return [.. header, .. masked ? RandomNumberGenerator.GetBytes(4) : [], .. RandomNumberGenerator.GetBytes(length)];
    }
}
