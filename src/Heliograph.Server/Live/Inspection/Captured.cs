using Heliograph.Server.Connect;

namespace Heliograph.Server.Live.Inspection;

/// <summary>Something of an inspected device's sessions, as it was seen; it is looked into later, by another thread than the one that saw it.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Sender">Who sent it, or who was told.</param>
/// <param name="Channel">The name of its channel; null where it is about none.</param>
internal readonly record struct Captured(DateTime At, CapturedKind Kind, Role Sender, string? Channel)
{
    /// <summary>Bytes of a message or error as it was sent, without its envelope.</summary>
    public int Size { get; init; }

    /// <summary>A copy of the JSON of a message or of an error's code; empty where it was too large.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>The event, where it is one.</summary>
    public LiveEvent? Event { get; init; }

    public bool IsTooLarge => Size > Content.Length;
}

/// <summary>What was seen.</summary>
internal enum CapturedKind
{
    /// <summary>A MESSAGE.</summary>
    Message,

    /// <summary>An ERROR.</summary>
    Error,

    /// <summary>The sender of a message was told PEER_OFFLINE.</summary>
    PeerOffline,

    /// <summary>The same, since it named a channel that is not the sender's.</summary>
    ForeignChannel,

    /// <summary>A peer came or went, or a connect call was made.</summary>
    Event,
}
