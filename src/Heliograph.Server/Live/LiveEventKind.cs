namespace Heliograph.Server.Live;

/// <summary>What happened. Nodes tell each other the names: they stay.</summary>
internal enum LiveEventKind
{
    DeviceConnected,
    DeviceDisconnected,
    ClientConnected,
    ClientDisconnected,

    /// <summary>A connect call was answered. Counted, not told one by one: what comes of it is told.</summary>
    CallAnswered,

    /// <summary>A connect call, or a signaling URL, was refused.</summary>
    CallRefused,

    /// <summary>A message could not be handed on; its sender was told PEER_OFFLINE.</summary>
    PeerOffline,

    /// <summary>Two devices seem to have one identity.</summary>
    IdentityConflict,

    /// <summary>Somebody has the session inspector show what messages contain.</summary>
    ContentShown,

    /// <summary>Somebody ended that before its time.</summary>
    ContentHidden,
}
