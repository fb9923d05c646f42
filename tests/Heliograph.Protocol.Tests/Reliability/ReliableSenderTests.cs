using System.Text;
using Heliograph.Protocol.Reliability;

namespace Heliograph.Protocol.Tests.Reliability;

public sealed class ReliableSenderTests
{
    private readonly ReliableSender _sender = new();

    [Fact]
    public void Add_OneAfterTheOther_CountsFromZeroAndKeepsThem()
    {
        var first = _sender.Add("1"u8);
        var second = _sender.Add("2"u8);

        Encoding.UTF8.GetString(first).ShouldBe("""{"type":"DATA","seq":0,"data":1}""");
        Encoding.UTF8.GetString(second).ShouldBe("""{"type":"DATA","seq":1,"data":2}""");
        _sender.Unacknowledged.ShouldBe([first, second]);
        _sender.UnacknowledgedBytes.ShouldBe(first.Length + second.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void Acknowledge_AnotherThanTheOldest_DoesNotCount(long seq)
    {
        _sender.Add("1"u8);
        _sender.Add("2"u8);

        _sender.Acknowledge(seq).ShouldBeFalse();

        _sender.Unacknowledged.Count.ShouldBe(2);
    }

    [Fact]
    public void Acknowledge_InOrder_LetsGoOfOneAfterTheOther()
    {
        _sender.Add("1"u8);
        var second = _sender.Add("2"u8);

        _sender.Acknowledge(0).ShouldBeTrue();
        _sender.Acknowledge(0).ShouldBeFalse();
        _sender.Unacknowledged.ShouldBe([second]);
        _sender.Acknowledge(1).ShouldBeTrue();
        _sender.Acknowledge(2).ShouldBeFalse();
        _sender.UnacknowledgedBytes.ShouldBe(0);
    }

    [Fact]
    public void Clear_WithSomeKept_LetsGoOfAllAndTakesNoAck()
    {
        _sender.Add("1"u8);

        _sender.Clear();

        _sender.Unacknowledged.ShouldBeEmpty();
        _sender.UnacknowledgedBytes.ShouldBe(0);
        _sender.Acknowledge(0).ShouldBeFalse();
    }
}
