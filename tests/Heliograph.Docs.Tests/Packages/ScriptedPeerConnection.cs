using Heliograph.Protocol;
using Heliograph.Sdk;

namespace Heliograph.Docs.Tests.Packages;

/// <summary>Keeps the states of a peer connection and gathers one candidate for each description; there is no media.</summary>
internal sealed class ScriptedPeerConnection(string name) : IPeerConnection
{
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasLocalOffer;
    private bool _hasRemoteOffer;

    public event EventHandler? NegotiationNeeded;

    public event EventHandler<CandidateGatheredEventArgs>? CandidateGathered;

    public bool IsStable => !_hasLocalOffer && !_hasRemoteOffer;

    public SessionDescription? Remote { get; private set; }

    /// <summary>Completes with the other peer's candidate: it was there before the connection could be of use.</summary>
    public Task Complete => _complete.Task;

    public void AskForNegotiation() => NegotiationNeeded?.Invoke(this, EventArgs.Empty);

    public Task<SessionDescription> SetLocalDescriptionAsync(CancellationToken cancellationToken)
    {
        var description = new SessionDescription(_hasRemoteOffer ? SessionDescription.Answer : SessionDescription.Offer, $"{name}'s");
        _hasLocalOffer = !_hasRemoteOffer;
        _hasRemoteOffer = false;
        CandidateGathered?.Invoke(this, new(new($"candidate:{name}", "0")));
        return Task.FromResult(description);
    }

    public Task SetRemoteDescriptionAsync(SessionDescription description, CancellationToken cancellationToken)
    {
        Remote = description;
        _hasRemoteOffer = description.Type == SessionDescription.Offer;
        _hasLocalOffer = false;
        return Task.CompletedTask;
    }

    public Task AddIceCandidateAsync(IceCandidate candidate, CancellationToken cancellationToken)
    {
        _complete.TrySetResult();
        return Task.CompletedTask;
    }
}
