namespace Heliograph.Protocol;

/// <summary>A session description, in the shape of WebRTC's <c>RTCSessionDescriptionInit</c>.</summary>
/// <param name="Type"><c>offer</c>, <c>answer</c>, <c>pranswer</c> or <c>rollback</c>.</param>
/// <param name="Sdp">The SDP (RFC 8866); empty on a rollback.</param>
public sealed record SessionDescription(string Type, string Sdp)
{
    /// <summary>The <see cref="Type"/> of an offer.</summary>
    public const string Offer = "offer";

    /// <summary>The <see cref="Type"/> of an answer.</summary>
    public const string Answer = "answer";

    /// <summary>The type alone: SDP holds addresses and fingerprints, and has no place in a log.</summary>
    public override string ToString() => Type;
}
