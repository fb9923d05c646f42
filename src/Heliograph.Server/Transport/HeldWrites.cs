namespace Heliograph.Server.Transport;

/// <summary>What a thread holds until the end of its <see cref="WriteRound"/>.</summary>
internal sealed class HeldWrites
{
    private const int FirstSize = 32;

    [ThreadStatic]
    private static HeldWrites? _own;

    private Held[] _held = new Held[FirstSize];

    /// <summary>This thread's.</summary>
    public static HeldWrites Own => _own ??= new();

    /// <summary>This thread's, while it is in a round; null while it is not.</summary>
    public static HeldWrites? OfRound => _own is { IsInRound: true } own ? own : null;

    public bool IsInRound { get; set; }

    public int Count { get; private set; }

    /// <summary>Has a writer write at the end of the round.</summary>
    public void Add(IHeldWriter writer)
    {
        if (Count == _held.Length)
            Array.Resize(ref _held, Count * 2);
        _held[Count++] = new(writer);
    }

    /// <summary>
    /// Has those write that were added last. A round that begins within one of these writes adds behind them, and has released its own when it ends.
    /// </summary>
    /// <param name="start">How many were there before.</param>
    public void Release(int start)
    {
        for (var i = start; i < Count; i++)
        {
            var writer = _held[i].Writer;
            _held[i] = default;
            writer.Release();
        }

        Count = start;
    }

    /// <summary>An array of a struct is written to without the check of arrays of references, which may be of a more derived type.</summary>
    private readonly record struct Held(IHeldWriter Writer);
}
