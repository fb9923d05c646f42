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
