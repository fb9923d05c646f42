namespace Heliograph.Server.Relay;

/// <summary>What became of a frame that was given to an outbox.</summary>
internal enum EnqueueResult
{
    /// <summary>It will be written, unless the connection breaks. The outbox returns its buffer.</summary>
    Accepted,

    /// <summary>The outbox is full; the caller still holds the frame.</summary>
    Full,

    /// <summary>The connection is ending; the caller still holds the frame.</summary>
    Closed,
}
