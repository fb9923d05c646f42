using Heliograph.Server.Hosting;

namespace Heliograph.Doctor.Steps;

/// <summary>Do the clocks agree? Tokens are refused where they are off by more than 60 seconds.</summary>
internal sealed class ClockStep : IStep
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(20);

    public string Name => "Clock";

    public Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken) => Task.FromResult(Examine(visit));

    private static Finding Examine(Visit visit)
    {
        if (visit.FirstAnswer is not { } answer)
            return Finding.Skipped("no signaling service answered");
        if (answer.Headers.Date is not { } date)
            return Finding.Skipped("the answer has no Date header");

        // The header has whole seconds, cut off; its moment lies somewhere within the call.
        var offset = date + TimeSpan.FromSeconds(0.5) - (answer.ReceivedAt - answer.Duration / 2);
        var difference = offset.Duration();
        if (difference < Noticeable)
            return Finding.Ok("the service's and this machine's agree");

        visit.ClockOffset = offset;
        var seen = $"this machine's is {TimeInWords.Of(difference)} {(offset < TimeSpan.Zero ? "ahead of" : "behind")} the service's";
        const string remedy = "Let both machines set their clocks by NTP";
        return difference > Allowed
            ? Finding.Failed($"{seen}: tokens that are signed here are refused", $"{remedy}; tokens of this examination were made by the service's clock.")
            : Finding.Warning($"{seen}; beyond 60 seconds tokens are refused", $"{remedy}.");
    }
}
