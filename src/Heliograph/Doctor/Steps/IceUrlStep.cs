using Heliograph.Protocol;
using Heliograph.Server.Ice.Stun;

namespace Heliograph.Doctor.Steps;

/// <summary>Does a STUN or TURN server answer, and does a TURN server take the credentials that peers are given?</summary>
internal sealed class IceUrlStep(string text, IceServer server) : IStep
{
    public string Name => text.StartsWith("turn", StringComparison.OrdinalIgnoreCase) ? "TURN" : "STUN";

    public async Task<Finding> ExamineAsync(Visit visit, CancellationToken cancellationToken)
    {
        Finding finding;
        try
        {
            var found = await new IceExamination(text, server, visit.Options.Timeout, DnsStep.ResolveAsync).ExamineAsync(cancellationToken);
            finding = new(
                found.Outcome switch { IceOutcome.Ok => Outcome.Ok, IceOutcome.Warning => Outcome.Warning, _ => Outcome.Failed }, found.Seen, found.Remedy);
        }
        catch (StepFailedException error)
        {
            finding = error.Finding;
        }

        return finding with { Seen = $"{Foreign.Text(text)} {finding.Seen}" };
    }
}
