namespace Heliograph.Server.Relay;

/// <summary>Why a connection ended, or is ending.</summary>
internal enum EndReason
{
    /// <summary>It is not ending.</summary>
    None,

    /// <summary>The peer closed it.</summary>
    PeerClosed,

    /// <summary>It broke, or was cut without a close frame.</summary>
    Lost,

    /// <summary>See <see cref="CloseCode.GoingAway"/>.</summary>
    GoingAway,

    /// <summary>See <see cref="CloseCode.ProtocolError"/>.</summary>
    ProtocolError,

    /// <summary>See <see cref="CloseCode.InvalidText"/>.</summary>
    InvalidText,

    /// <summary>See <see cref="CloseCode.TooBig"/>.</summary>
    TooBig,

    /// <summary>See <see cref="CloseCode.InternalError"/>.</summary>
    InternalError,

    /// <summary>See <see cref="CloseCode.Replaced"/>.</summary>
    Replaced,

    /// <summary>See <see cref="CloseCode.SlowConsumer"/>.</summary>
    SlowConsumer,

    /// <summary>See <see cref="CloseCode.Revoked"/>.</summary>
    Revoked,

    /// <summary>See <see cref="CloseCode.KeepAliveTimeout"/>.</summary>
    KeepAliveTimeout,

    /// <summary>See <see cref="CloseCode.MessageTimeout"/>.</summary>
    MessageTimeout,

    /// <summary>See <see cref="CloseCode.Moved"/>.</summary>
    Moved,
}

/// <summary>How each end is carried out.</summary>
internal static class EndReasons
{
    /// <summary>The code of the close frame; null where none is sent.</summary>
    public static ushort? Code(this EndReason reason) => reason switch
    {
        EndReason.GoingAway => CloseCode.GoingAway,
        EndReason.ProtocolError => CloseCode.ProtocolError,
        EndReason.InvalidText => CloseCode.InvalidText,
        EndReason.TooBig => CloseCode.TooBig,
        EndReason.InternalError => CloseCode.InternalError,
        EndReason.Replaced => CloseCode.Replaced,
        EndReason.SlowConsumer => CloseCode.SlowConsumer,
        EndReason.Revoked => CloseCode.Revoked,
        EndReason.KeepAliveTimeout => CloseCode.KeepAliveTimeout,
        EndReason.MessageTimeout => CloseCode.MessageTimeout,
        EndReason.Moved => CloseCode.Moved,
        _ => null,
    };

    /// <summary>Whether what waits in the outbox is dropped, because the peer does not read it or must not get it.</summary>
    public static bool DropsWaiting(this EndReason reason) =>
        reason is EndReason.PeerClosed or EndReason.Replaced or EndReason.SlowConsumer or EndReason.Revoked or EndReason.KeepAliveTimeout
            or EndReason.Lost;

    /// <summary>The reason in logs and metrics.</summary>
    public static string ToTag(this EndReason reason) => reason switch
    {
        EndReason.PeerClosed => "peer_closed",
        EndReason.Lost => "lost",
        EndReason.GoingAway => "going_away",
        EndReason.ProtocolError => "protocol_error",
        EndReason.InvalidText => "invalid_text",
        EndReason.TooBig => "too_big",
        EndReason.InternalError => "internal_error",
        EndReason.Replaced => "replaced",
        EndReason.SlowConsumer => "slow_consumer",
        EndReason.Revoked => "revoked",
        EndReason.KeepAliveTimeout => "keep_alive_timeout",
        EndReason.MessageTimeout => "message_timeout",
        EndReason.Moved => "moved",
        _ => "none",
    };

    /// <summary>Whether what the peer still sends is dropped.</summary>
    public static bool IsUnheard(this EndReason reason) => reason is EndReason.Replaced or EndReason.Revoked;

    /// <summary>The end that a violation's close code stands for.</summary>
    public static EndReason OfViolation(ushort code) => code switch
    {
        CloseCode.TooBig => EndReason.TooBig,
        CloseCode.InvalidText => EndReason.InvalidText,
        _ => EndReason.ProtocolError,
    };
}
