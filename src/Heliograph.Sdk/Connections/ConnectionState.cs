namespace Heliograph.Sdk;

/// <summary>The state of a connection to the service.</summary>
public enum ConnectionState
{
    /// <summary>Not started.</summary>
    New,

    /// <summary>Asking for a signaling URL, or opening the WebSocket.</summary>
    Connecting,

    /// <summary>The WebSocket is open.</summary>
    Connected,

    /// <summary>Lost, or not to be had; waiting before the next try.</summary>
    WaitRetry,

    /// <summary>Given up. Only a client gives up.</summary>
    Failed,

    /// <summary>Closed by this side.</summary>
    Closed,
}
