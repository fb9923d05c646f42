using Heliograph.Protocol;

namespace Heliograph.Sdk;

/// <summary>A local ICE candidate was gathered.</summary>
/// <param name="candidate">The candidate; one with an empty line for the end of candidates.</param>
public sealed class CandidateGatheredEventArgs(IceCandidate candidate) : EventArgs
{
    /// <summary>The candidate.</summary>
    public IceCandidate Candidate { get; } = candidate;
}
