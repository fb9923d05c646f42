using System.Runtime.InteropServices;

namespace Heliograph.Server.Transport;

/// <summary>What a <see cref="SocketLoop"/> watches.</summary>
internal interface IPolled
{
    SafeHandle Handle { get; }

    /// <summary>Its key in the loop's table. Set by the loop.</summary>
    long Key { get; set; }

    /// <summary>The kernel has told of something. Called on the loop's thread.</summary>
    void Tell(PollEvents events);
}
