using Heliograph.Protocol;

namespace Heliograph.Server.Backplane;

/// <summary>The sender of a frame, on another node.</summary>
internal interface IRemoteSender
{
    /// <summary>The channel that the frame is of.</summary>
    ChannelId Channel { get; }

    /// <summary>The frame was taken for a connection, which broke before it was written. Does not block.</summary>
    void TellUndelivered();
}
