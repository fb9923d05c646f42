using Heliograph.Turn;

namespace Heliograph.Program.Tests.Turn;

/// <summary>A report that nobody has answered stays the one to send.</summary>
public sealed class TrafficBookTests
{
    [Fact]
    public void Settle_ByALateAnswerToTheReportBefore_KeepsTheOneThatIsNotSent()
    {
        var book = new TrafficBook(state: null, TimeProvider.System);
        var first = book.Prepare(evenIfEmpty: true).ShouldNotBeNull();
        book.Settle(first.Sequence!.Value);
        var second = book.Prepare(evenIfEmpty: true).ShouldNotBeNull();

        book.Settle(first.Sequence!.Value);

        book.Prepare(evenIfEmpty: false).ShouldNotBeNull().Sequence.ShouldBe(second.Sequence);
        book.Settle(second.Sequence!.Value);
        book.Prepare(evenIfEmpty: false).ShouldBeNull();
    }
}
