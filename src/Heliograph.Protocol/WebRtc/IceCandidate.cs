namespace Heliograph.Protocol;

/// <summary>An ICE candidate, in the shape of WebRTC's <c>RTCIceCandidateInit</c>.</summary>
/// <param name="Candidate">The candidate's line, <c>candidate:…</c> (RFC 8839 section 5.1); empty for the end of candidates.</param>
/// <param name="SdpMid">The ID of the media section it belongs to.</param>
/// <param name="SdpMLineIndex">That section's index in the SDP, from 0.</param>
/// <param name="UsernameFragment">The ICE user name fragment it belongs to.</param>
public sealed record IceCandidate(string Candidate, string? SdpMid = null, int? SdpMLineIndex = null, string? UsernameFragment = null)
{
    /// <summary>Nothing of the content: candidates hold addresses, and have no place in a log.</summary>
    public override string ToString() => nameof(IceCandidate);
}
