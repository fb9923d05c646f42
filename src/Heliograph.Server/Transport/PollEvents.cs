namespace Heliograph.Server.Transport;

/// <summary>What the kernel tells of a socket (epoll_ctl(2)).</summary>
[Flags]
internal enum PollEvents : uint
{
    None = 0,
    Readable = 0x1,
    Writable = 0x4,
    Failed = 0x8,
    HungUp = 0x10,

    /// <summary>The peer has ended its side.</summary>
    PeerHungUp = 0x2000,

    /// <summary>Each change is told of once.</summary>
    EdgeTriggered = 1u << 31,

    /// <summary>What sockets are watched for. A socket can be written to when it opens, of which nobody needs to be told.</summary>
    Reading = Readable | PeerHungUp | EdgeTriggered,

    /// <summary>The same of one whose peer has been too slow once.</summary>
    ReadingAndWriting = Reading | Writable,

    /// <summary>Nothing can be sent any more.</summary>
    Broken = Failed | HungUp,

    /// <summary>Nothing more will come.</summary>
    Last = Broken | PeerHungUp,
}
