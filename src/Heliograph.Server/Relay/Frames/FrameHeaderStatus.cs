namespace Heliograph.Server.Relay.Frames;

/// <summary>What became of reading a frame's header.</summary>
internal enum FrameHeaderStatus
{
    Valid,
    Incomplete,
    Invalid,
}
