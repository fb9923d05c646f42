using Heliograph.Management;
using Heliograph.Protocol.Management;
using Heliograph.Terminal;

namespace Heliograph.Turn;

/// <summary>Writes down what the book has, and reports it, again and again. A service that is away is not waited for.</summary>
internal sealed class TurnReporter(TrafficBook book, ReportFile file, ManagementClient client, Output output)
{
    /// <summary>How long the last report may take.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private string? _trouble;
    private bool _hasToldOfStrangers;

    /// <summary>Reports until it is told to stop, and then once more.</summary>
    /// <exception cref="CommandException">The very first report is refused.</exception>
    public async Task RunAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        // One with nothing in it shows at once whether the key is right.
        var sending = SendAsync(Next(evenIfEmpty: true)!, isFirst: true, cancellationToken);
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (sending.IsCompleted)
                    await sending;
                // Written down also while a report is on its way, however long that takes.
                if (Next(evenIfEmpty: false) is { } report && sending.IsCompleted)
                    sending = SendAsync(report, isFirst: false, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await EndAsync(sending);
        }
    }

    private async Task EndAsync(Task sending)
    {
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
        using var limit = new CancellationTokenSource(LongestEnd);
        if (Next(evenIfEmpty: false) is { } report)
            await SendAsync(report, isFirst: false, limit.Token);
        book.WriteTo(file);
    }

    private TurnUsageReport? Next(bool evenIfEmpty)
    {
        var report = book.Prepare(evenIfEmpty);
        book.WriteTo(file);
        if (book.Strangers > 0 && !_hasToldOfStrangers)
        {
            _hasToldOfStrangers = true;
            output.Note("coturn also relays for users whose names are none of Heliograph's; they are not counted.");
        }

        return report;
    }

    private async Task SendAsync(TurnUsageReport report, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.ReportTurnUsageAsync(report, cancellationToken);
            book.Settle(report.Sequence!.Value);
            if (_trouble is not null)
                output.Note("Reports get through again.");
            _trouble = null;
            if (answer.Unknown > 0)
                output.Note($"The service does not know {answer.Unknown} of the {report.Usage!.Count} devices; what was relayed for them is not counted.");
        }
        catch (CommandException error) when (!isFirst || error.ExitCode == ExitCodes.Unavailable)
        {
            if (_trouble != error.Message)
                output.Error($"{error.Message}; what was relayed meanwhile is kept and reported later");
            _trouble = error.Message;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Kept in the file: the next one reports it.
        }
    }
}
