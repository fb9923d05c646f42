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
            WriteRound.Hold(new Writer(() => _written.Add("first")));
            using (WriteRound.Join())
                WriteRound.Hold(new Writer(() => _written.Add("second")));
            _written.ShouldBeEmpty();
        }

        _written.ShouldBe(["first", "second"]);
        WriteRound.IsUnderWay.ShouldBeFalse();
    }

    [Fact]
    public void Round_WithinAWrite_IsOneOfItsOwn()
    {
        using (WriteRound.Join())
        {
            WriteRound.Hold(new Writer(() =>
            {
                using var round = WriteRound.Join();
                WriteRound.Hold(new Writer(() => _written.Add("within")));
            }));
            WriteRound.Hold(new Writer(() => _written.Add("behind")));
        }

        _written.ShouldBe(["within", "behind"]);
    }

    [Fact]
    public void Round_OfAnotherThread_IsNotJoined()
    {
        using var round = WriteRound.Join();
        var isUnderWay = true;

        var other = new Thread(() => isUnderWay = WriteRound.IsUnderWay);
        other.Start();
        other.Join();

        isUnderWay.ShouldBeFalse();
    }

    private sealed class Writer(Action write) : IHeldWriter
    {
        public void Release() => write();
    }
}
