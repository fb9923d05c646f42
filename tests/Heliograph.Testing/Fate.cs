namespace Heliograph.Testing;

/// <summary>What becomes of a connection through a <see cref="CuttingProxy"/>.</summary>
/// <param name="Kind">How it ends.</param>
/// <param name="AfterBytes">After how many bytes, both ways together.</param>
/// <param name="Delay">How long every piece is held back.</param>
public sealed record Fate(FateKind Kind, long AfterBytes, TimeSpan Delay)
{
    /// <summary>A good connection.</summary>
    public static Fate None { get; } = new(FateKind.None, long.MaxValue, TimeSpan.Zero);
}

/// <summary>How a connection ends.</summary>
public enum FateKind
{
    /// <summary>As its two ends want it.</summary>
    None,

    /// <summary>By a reset: both ends notice at once.</summary>
    Reset,

    /// <summary>By an orderly end of TCP, without a close frame.</summary>
    Finish,

    /// <summary>Not at all: both ends stay connected, and nothing comes through any more. The service's end stays even when the peer has left.</summary>
    Swallow,
}
