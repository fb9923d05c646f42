using Microsoft.Win32.SafeHandles;

namespace Heliograph.Server.Transport;

/// <summary>
/// A file descriptor. Closed once, when nobody is in a call with it: its number is given to the next connection at once, and a call that came
/// late would reach a stranger.
/// </summary>
internal sealed class SocketHandle : SafeHandleMinusOneIsInvalid
{
    /// <param name="descriptor">The descriptor; a negative one is invalid.</param>
    public SocketHandle(nint descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    protected override bool ReleaseHandle() => LibC.Close(handle) == 0;
}
