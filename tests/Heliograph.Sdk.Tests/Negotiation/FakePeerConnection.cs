using Heliograph.Protocol;

namespace Heliograph.Sdk.Tests.Negotiation;

/// <summary>
/// The signaling state machine of WebRTC's RTCPeerConnection, without media: it refuses what a browser refuses, rolls back where a
/// browser does, and asks for a negotiation again where one is still needed. Its SDP names its tracks and its ICE session.
/// </summary>
internal sealed class FakePeerConnection(string name) : IPeerConnection
{
    private readonly List<string> _tracks = [];
    private HashSet<string> _offered = [];
    private HashSet<string> _negotiated = [];
    private int _iceSession = 1;
    private string? _remoteIceSession;

    public event EventHandler? NegotiationNeeded;

    public event EventHandler<CandidateGatheredEventArgs>? CandidateGathered;

    private enum Signaling
    {
        Stable,
        HaveLocalOffer,
        HaveRemoteOffer,
    }

    private Signaling State { get; set; }

    public bool IsStable => State == Signaling.Stable;

    /// <summary>Stable, and all tracks of this side are agreed on.</summary>
    public bool IsSettled => IsStable && _tracks.TrueForAll(_negotiated.Contains);

    public int Rollbacks { get; private set; }

    public List<string> RemoteDescriptions { get; } = [];

    public List<string> RemoteCandidates { get; } = [];

    public int RefusedCandidates { get; private set; }

    /// <summary>The moment before a description is set: where a test wants something to happen.</summary>
    public Func<CancellationToken, Task> Setting { get; set; } = _ => Task.CompletedTask;

    public void AddTrack(string track)
    {
        _tracks.Add($"{name}/{track}");
        if (IsStable)
            NegotiationNeeded?.Invoke(this, EventArgs.Empty);
    }

    public async Task<SessionDescription> SetLocalDescriptionAsync(CancellationToken cancellationToken)
    {
        await Setting(cancellationToken);
        var isAnswer = State == Signaling.HaveRemoteOffer;
        var session = $"{name}{_iceSession}";
        if (!isAnswer)
            _offered = [.. _tracks];
        SetState(isAnswer ? Signaling.Stable : Signaling.HaveLocalOffer);
        foreach (var candidate in (string[])[$"candidate:1 {session}", $"candidate:2 {session}", ""])
            CandidateGathered?.Invoke(this, new(new(candidate, "0", 0, session)));
        return new(isAnswer ? "answer" : "offer", $"{session} {string.Join(',', _tracks)}");
    }

    public async Task SetRemoteDescriptionAsync(SessionDescription description, CancellationToken cancellationToken)
    {
        await Setting(cancellationToken);
        if (!description.Sdp.Contains(' ', StringComparison.Ordinal))
            throw new FormatException($"Failed to parse SessionDescription: {description.Sdp}");
        switch (description.Type)
        {
            case "offer":
                if (State == Signaling.HaveLocalOffer)
                    RollBack();
                State = Signaling.HaveRemoteOffer;
                break;
            case "answer" when State == Signaling.HaveLocalOffer:
                _negotiated = _offered;
                break;
            default:
                throw new InvalidOperationException($"Called in wrong state: {State}");
        }

        RemoteDescriptions.Add($"{description.Type} {description.Sdp}");
        _remoteIceSession = description.Sdp.Split(' ')[0];
        if (description.Type == "answer")
            SetState(Signaling.Stable);
    }

    public async Task AddIceCandidateAsync(IceCandidate candidate, CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (candidate.UsernameFragment != _remoteIceSession)
        {
            RefusedCandidates++;
            throw new InvalidOperationException($"Unknown ufrag: {candidate.Candidate}");
        }

        RemoteCandidates.Add(candidate.Candidate);
    }

    /// <summary>What was gathered for an offer that comes to nothing goes with it, unless there is a connection already.</summary>
    private void RollBack()
    {
        Rollbacks++;
        if (_remoteIceSession is null)
            _iceSession++;
    }

    private void SetState(Signaling state)
    {
        State = state;
        if (IsStable && !IsSettled)
            NegotiationNeeded?.Invoke(this, EventArgs.Empty);
    }
}
