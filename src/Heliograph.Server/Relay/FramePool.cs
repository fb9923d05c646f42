using System.Buffers;
using System.Numerics;

namespace Heliograph.Server.Relay;

/// <summary>
/// The buffers that frames are read into and written from. A thread has some of its own: a round of a loop holds dozens of frames at once, and the
/// shared pool keeps one of a size for a thread; others it locks for.
/// </summary>
internal static class FramePool
{
    /// <summary>So many of a size are kept for a thread.</summary>
    public const int Kept = 32;

    /// <summary>None that is larger is kept. In bytes.</summary>
    public const int LargestKept = 4096;

    private const int Smallest = 16;

    [ThreadStatic]
    private static Shelf[]? _shelves;

    /// <summary>Takes a buffer out.</summary>
    /// <param name="length">In bytes; it has as many at least, and less than twice as many where it is not very small.</param>
    public static byte[] Rent(int length)
    {
        if (length > LargestKept || _shelves is not { } shelves)
            return ArrayPool<byte>.Shared.Rent(length);
        ref var shelf = ref shelves[ShelfOf(length)];
        return shelf.Count > 0 ? shelf.Places[--shelf.Count].Buffer : ArrayPool<byte>.Shared.Rent(length);
    }

    /// <summary>Puts it back. It must not be used after.</summary>
    public static void Return(byte[] buffer)
    {
        if (buffer.Length <= LargestKept)
        {
            ref var shelf = ref (_shelves ??= NewShelves())[ShelfOf(buffer.Length)];
            if (shelf.Count < Kept)
            {
                shelf.Places[shelf.Count++] = new(buffer);
                return;
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Sizes are powers of two, as the shared pool's are.</summary>
    private static int ShelfOf(int length) => BitOperations.Log2((uint)Math.Max(length, Smallest) - 1) - BitOperations.Log2(Smallest - 1);

    private static Shelf[] NewShelves() => [.. Enumerable.Range(0, ShelfOf(LargestKept) + 1).Select(_ => new Shelf { Places = new Place[Kept] })];

    private struct Shelf
    {
        public required Place[] Places { get; init; }

        public int Count;
    }

    /// <summary>An array of a struct is written to without the check of arrays of references, which may be of a more derived type.</summary>
    private readonly record struct Place(byte[] Buffer);
}
