namespace Heliograph.Server.Live.Inspection;

/// <summary>Why a device is not followed any more.</summary>
internal enum TapEnd
{
    /// <summary>Nobody looked any more.</summary>
    Left,

    /// <summary>There is no such device any more.</summary>
    Deleted,

    /// <summary>What was captured could not be read, by a fault of ours.</summary>
    Failed,
}
