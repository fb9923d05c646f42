using Heliograph.Server.Transport;

namespace Heliograph.Server.Tests.Transport;

public sealed class WriteRoundTests
{
    private readonly List<string> _written = [];

    [Fact]
    public void Writers_WriteInTheirOrder_AtTheEndOfTheOutermostRound()
    {
        using (WriteRound.Join())
        {
            HeldWrites.OfRound!.Add(new Writer(() => _written.Add("first")));
            using (WriteRound.Join())
                HeldWrites.OfRound!.Add(new Writer(() => _written.Add("second")));
            _written.ShouldBeEmpty();
        }

        _written.ShouldBe(["first", "second"]);
        HeldWrites.OfRound.ShouldBeNull();
    }

    [Fact]
    public void Round_WithinAWrite_IsOneOfItsOwn()
    {
        using (WriteRound.Join())
        {
            HeldWrites.OfRound!.Add(new Writer(() =>
            {
                using var round = WriteRound.Join();
                HeldWrites.OfRound!.Add(new Writer(() => _written.Add("within")));
            }));
            HeldWrites.OfRound!.Add(new Writer(() => _written.Add("behind")));
        }

        _written.ShouldBe(["within", "behind"]);
    }

    [Fact]
    public void Rounds_OfMany_WithinEachOthersWrites_WriteEachOnce()
    {
        const int writers = 100;
        using (WriteRound.Join())
        {
            for (var i = 0; i < writers; i++)
                HoldWithOthersWithin(i);
        }

        List<string> expected = [.. Enumerable.Range(0, writers).SelectMany(x => (string[])[$"{x}", $"within {x}", $"also within {x}"])];
        _written.ShouldBe(expected);

        void HoldWithOthersWithin(int number) => HeldWrites.OfRound!.Add(new Writer(() =>
        {
            _written.Add($"{number}");
            using var round = WriteRound.Join();
            HeldWrites.OfRound!.Add(new Writer(() => _written.Add($"within {number}")));
            HeldWrites.OfRound!.Add(new Writer(() => _written.Add($"also within {number}")));
        }));
    }

    [Fact]
    public void Round_OfAnotherThread_IsNotJoined()
    {
        using var round = WriteRound.Join();
        var ofOther = HeldWrites.OfRound;

        var other = new Thread(() => ofOther = HeldWrites.OfRound);
        other.Start();
        other.Join();

        ofOther.ShouldBeNull();
    }

    private sealed class Writer(Action write) : IHeldWriter
    {
        public void Release() => write();
    }
}
