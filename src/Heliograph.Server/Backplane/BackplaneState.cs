namespace Heliograph.Server.Backplane;

/// <summary>How this node stands to the others.</summary>
internal enum BackplaneState
{
    /// <summary>It reaches them.</summary>
    Connected,

    /// <summary>It reaches nobody, and as far as is known nobody reaches anybody: peers of this node go on talking with each other.</summary>
    Degraded,

    /// <summary>The others reach each other, and this node alone is cut off: its peers are better off with them.</summary>
    CutOff,
}
