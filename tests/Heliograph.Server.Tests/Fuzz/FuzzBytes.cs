using System.Text;

namespace Heliograph.Server.Tests.Fuzz;

/// <summary>Random bytes, and right input that is made wrong.</summary>
internal sealed class FuzzBytes(Random random)
{
    private static readonly byte[][] Interesting =
    [
        [0], [0xFF], [0x80], [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "\r\n"u8.ToArray(), "\""u8.ToArray(), "{"u8.ToArray(), "["u8.ToArray(),
        "\\u0000"u8.ToArray(), "\\ud800"u8.ToArray(), "null"u8.ToArray(), "-1"u8.ToArray(), "1e999"u8.ToArray(), "%00"u8.ToArray(), ".."u8.ToArray(),
        "'"u8.ToArray(), "ſK"u8.ToArray(), [0xC3], [0xED, 0xA0, 0x80], ":"u8.ToArray(), " "u8.ToArray(), "99999999999999999999"u8.ToArray(),
    ];

    public Random Random { get; } = random;

    public byte[] New(int most)
    {
        var bytes = new byte[Random.Next(most + 1)];
        Random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A few changes: bytes flipped, cut out, doubled, put in.</summary>
    public byte[] Mutate(ReadOnlySpan<byte> input)
    {
        var bytes = new List<byte>(input.ToArray());
        for (var i = Random.Next(1, 5); i > 0; i--)
        {
            var at = Random.Next(bytes.Count + 1);
            var count = Math.Min(Random.Next(1, 16), bytes.Count - at);
            switch (Random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << Random.Next(8));
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] = (byte)Random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, count);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, count));
                    break;
                case 4:
                    bytes.InsertRange(at, Interesting[Random.Next(Interesting.Length)]);
                    break;
                default:
                    bytes.InsertRange(at, New(8));
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>A mutated text that still is one, of characters that a header or a path can carry.</summary>
    public string MutateAscii(string text) => new([.. Mutate(Encoding.Latin1.GetBytes(text)).Select(x => (char)(0x21 + (x % 94)))]);

    public T Pick<T>(params ReadOnlySpan<T> from) => from[Random.Next(from.Length)];
}
