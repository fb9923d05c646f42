namespace Heliograph.Server.Relay;

/// <summary>What a socket received.</summary>
internal enum ReceivedKind
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>A whole text message, valid UTF-8.</summary>
    Text,

    /// <summary>A whole binary message.</summary>
    Binary,

    /// <summary>WebSocket's own ping.</summary>
    Ping,

    /// <summary>WebSocket's own pong.</summary>
    Pong,

    /// <summary>The peer's close frame; the code is what to answer.</summary>
    Close,

    /// <summary>Something that RFC 6455 or the size limit forbids; the code is what to close with. Nothing more can be received.</summary>
    Violation,
}
