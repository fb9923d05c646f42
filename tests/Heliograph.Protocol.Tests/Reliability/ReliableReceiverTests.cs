using Heliograph.Protocol.Reliability;

namespace Heliograph.Protocol.Tests.Reliability;

public sealed class ReliableReceiverTests
{
    [Fact]
    public void Receive_AnyOrder_TakesEachOnceAndInOrder()
    {
        var receiver = new ReliableReceiver();
        receiver.Last.ShouldBe(-1);

        long[] come = [1, 0, 0, 2, 1, 2, 4, long.MaxValue, 3];
        var receptions = come.Select(receiver.Receive).ToList();

        receptions.ShouldBe([
            Reception.TooEarly, Reception.New, Reception.Repeated, Reception.TooEarly, Reception.New, Reception.New, Reception.TooEarly,
            Reception.TooEarly, Reception.New,
        ]);
        receiver.Last.ShouldBe(3);
    }
}
