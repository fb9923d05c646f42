using Heliograph.Protocol;

namespace Heliograph.Sdk;

/// <summary>
/// What <see cref="PerfectNegotiation"/> needs of a WebRTC stack: a thin adapter over its peer connection. Members mean what they mean
/// in W3C's <c>RTCPeerConnection</c> (https://www.w3.org/TR/webrtc/). They are called one at a time; events may come from any thread.
/// </summary>
public interface IPeerConnection
{
    /// <summary>A negotiation is needed: a track or data channel was added, say. To be raised again if it still is when the state becomes stable.</summary>
    event EventHandler? NegotiationNeeded;

    /// <summary>A local candidate was gathered, to be sent to the other peer.</summary>
    event EventHandler<CandidateGatheredEventArgs>? CandidateGathered;

    /// <summary>Whether the signaling state is <c>stable</c>: no offer waits for its answer.</summary>
    bool IsStable { get; }

    /// <summary>
    /// Makes a description and sets it as the local one: an answer where a remote offer waits for it, else an offer, as the
    /// <c>setLocalDescription()</c> without parameters does.
    /// </summary>
    /// <returns>The description that was set.</returns>
    Task<SessionDescription> SetLocalDescriptionAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Sets the other peer's description. Where it is an offer while a local offer waits for its answer, the local one is rolled back
    /// first; a stack that does not do that by itself is to be told so by the adapter.
    /// </summary>
    Task SetRemoteDescriptionAsync(SessionDescription description, CancellationToken cancellationToken);

    /// <summary>Adds a candidate of the other peer.</summary>
    Task AddIceCandidateAsync(IceCandidate candidate, CancellationToken cancellationToken);
}
