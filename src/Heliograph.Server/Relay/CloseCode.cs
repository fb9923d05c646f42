namespace Heliograph.Server.Relay;

/// <summary>
/// The close codes that the service sends, RFC 6455 section 7.4 and below 4100 our own; what a peer should do on each is the table
/// in docs/operations.md. Retry means: reconnect with backoff; a client to the same URL, a device with a new connect.
/// </summary>
internal static class CloseCode
{
    /// <summary>The peer's own normal end. Nothing to do.</summary>
    public const ushort Normal = 1000;

    /// <summary>The service stops. Retry: another node or the restarted one answers. Nobody's fault.</summary>
    public const ushort GoingAway = 1001;

    /// <summary>The peer broke RFC 6455. Final: it would happen again. The peer's fault.</summary>
    public const ushort ProtocolError = 1002;

    /// <summary>A text message was not UTF-8. Final. The peer's fault.</summary>
    public const ushort InvalidText = 1007;

    /// <summary>A message was over the size limit. Final for that message. The peer's fault.</summary>
    public const ushort TooBig = 1009;

    /// <summary>The service failed. Retry. The service's fault.</summary>
    public const ushort InternalError = 1011;

    /// <summary>A newer connection of the same device or channel took over. Final for this socket. Nobody's fault.</summary>
    public const ushort Replaced = 4000;

    /// <summary>The peer read too slowly: its outbox ran full, or nothing left it for long. Retry. The peer's or its network's fault.</summary>
    public const ushort SlowConsumer = 4001;

    /// <summary>The peer's key, device or product was removed. Final until somebody provisions it anew. Nobody's fault.</summary>
    public const ushort Revoked = 4002;

    /// <summary>Nothing was heard from the peer, not even a pong. Retry. The network's fault.</summary>
    public const ushort KeepAliveTimeout = 4003;

    /// <summary>A message was begun and not finished in time. Retry. The peer's or its network's fault.</summary>
    public const ushort MessageTimeout = 4004;

    /// <summary>The product was moved to another region. Retry: the way leads there. Nobody's fault.</summary>
    public const ushort Moved = 4005;
}
