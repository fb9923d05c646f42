namespace Heliograph.FloorRelay;

/// <summary>One side of a pair, or a connection that does not say yet which. Used by one loop's thread at a time.</summary>
internal abstract class Connection(int descriptor)
{
    public int Descriptor => descriptor;

    public int Pair { get; private set; } = -1;

    public int Side { get; private set; }

    /// <summary>The other side, while it is there.</summary>
    public Connection? Other { get; set; }

    public bool IsJoined { get; protected set; }

    /// <summary>What came of a frame, or of a request, whose end is still to come.</summary>
    protected byte[]? Rest { get; set; }

    public abstract void OnReady(Loop loop, bool canRead, bool canWrite);

    /// <summary>Puts what is left of the last time before what comes now. Returns how much that is.</summary>
    protected int TakeRest(Span<byte> input)
    {
        if (Rest is not { } rest)
        {
            return 0;
        }

        rest.CopyTo(input);
        Rest = null;
        return rest.Length;
    }

    /// <summary>Keeps what is left for the next time. It allocates, and happens where a frame comes in parts.</summary>
    protected void KeepRest(ReadOnlySpan<byte> rest)
    {
        if (!rest.IsEmpty)
        {
            Rest = rest.ToArray();
        }
    }

    protected void SetPair(int pair, int side) => (Pair, Side) = (pair, side);
}
