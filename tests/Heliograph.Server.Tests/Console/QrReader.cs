using System.Globalization;
using System.Text;

namespace Heliograph.Server.Tests.Console;

/// <summary>
/// Reads a QR code (ISO/IEC 18004) out of its modules: one of versions 5 to 9, error correction level M. Nothing is corrected: the modules come straight from
/// who drew them, and any that is wrong shows.
/// </summary>
internal sealed class QrReader
{
    /// <summary>For each version: codewords for correction in a block, data codewords of the blocks, and where alignment patterns are.</summary>
    private static readonly Dictionary<int, (int Correction, int[] Blocks, int[] Alignment)> Versions = new()
    {
        [5] = (24, [43, 43], [6, 30]),
        [6] = (16, [27, 27, 27, 27], [6, 34]),
        [7] = (18, [31, 31, 31, 31], [6, 22, 38]),
        [8] = (22, [38, 38, 39, 39], [6, 24, 42]),
        [9] = (22, [36, 36, 36, 37, 37], [6, 26, 46]),
    };

    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    private readonly bool[,] _modules;
    private readonly int _size;
    private readonly int _version;

    /// <param name="modules">The modules by row and column, without the quiet zone.</param>
    private QrReader(bool[,] modules)
    {
        _modules = modules;
        _size = modules.GetLength(0);
        _version = (_size - 17) / 4;
    }

    public static string Read(bool[,] modules)
    {
        var reader = new QrReader(modules);
        var format = reader.ReadFormat();
        (format >> 13).ShouldBe(0, "the level of error correction is M");
        return Text(reader.Interleaved(mask: (format >> 10) & 7), reader._version);
    }

    /// <summary>Puts the blocks together again, and reads the bytes in them.</summary>
    private static string Text(List<byte> interleaved, int version)
    {
        var lengths = Versions[version].Blocks;
        var blocks = lengths.Select(_ => new List<byte>()).ToList();
        var at = 0;
        for (var i = 0; i < lengths.Max(); i++)
        {
            for (var block = 0; block < blocks.Count; block++)
            {
                if (i < lengths[block])
                    blocks[block].Add(interleaved[at++]);
            }
        }

        interleaved.Count.ShouldBe(at + blocks.Count * Versions[version].Correction);
        var data = blocks.SelectMany(x => x).ToArray();
        var text = new StringBuilder();
        var bit = 0;
        for (var mode = Take(4); mode != 0; mode = bit + 4 <= data.Length * 8 ? Take(4) : 0)
        {
            switch (mode)
            {
                case 1:
                    for (var count = Take(10); count > 0; count -= 3)
                        text.Append(Take(count > 2 ? 10 : count == 2 ? 7 : 4).ToString($"d{Math.Min(count, 3)}", CultureInfo.InvariantCulture));
                    break;
                case 2:
                    for (var count = Take(9); count > 0; count -= 2)
                        text.Append(count > 1 ? Pair(Take(11)) : Alphanumeric[Take(6)].ToString());
                    break;
                case 4:
                    text.Append(Encoding.UTF8.GetString([.. Enumerable.Range(0, Take(8)).Select(_ => (byte)Take(8))]));
                    break;
                default:
                    throw new InvalidOperationException($"There is no mode {mode}.");
            }
        }

        return text.ToString();

        static string Pair(int value) => $"{Alphanumeric[value / 45]}{Alphanumeric[value % 45]}";

        int Take(int bits)
        {
            var value = 0;
            for (; bits > 0; bits--, bit++)
                value = (value << 1) | ((data[bit / 8] >> (7 - bit % 8)) & 1);
            return value;
        }
    }

    private static bool IsInverted(int mask, int row, int column) => mask switch
    {
        0 => (row + column) % 2 == 0,
        1 => row % 2 == 0,
        2 => column % 3 == 0,
        3 => (row + column) % 3 == 0,
        4 => (row / 2 + column / 3) % 2 == 0,
        5 => row * column % 2 + row * column % 3 == 0,
        6 => (row * column % 2 + row * column % 3) % 2 == 0,
        _ => ((row + column) % 2 + row * column % 3) % 2 == 0,
    };

    private int ReadFormat()
    {
        var bits = 0;
        for (var i = 0; i < 15; i++)
        {
            var (row, column) = i < 6 ? (8, i) : i < 8 ? (8, i + 1) : i == 8 ? (7, 8) : (14 - i, 8);
            bits = (bits << 1) | (_modules[row, column] ? 1 : 0);
        }

        return bits ^ 0x5412;
    }

    /// <summary>The codewords in the order in which they lie there: in columns of two from the right, up and down in turn.</summary>
    private List<byte> Interleaved(int mask)
    {
        var codewords = new List<byte>();
        var (bits, count, isUp) = (0, 0, true);
        for (var right = _size - 1; right > 0; right -= 2, isUp = !isUp)
        {
            if (right == 6)
                right--;
            for (var i = 0; i < _size; i++)
            {
                var row = isUp ? _size - 1 - i : i;
                for (var column = right; column >= right - 1; column--)
                {
                    if (IsPattern(row, column))
                        continue;
                    bits = (bits << 1) | (_modules[row, column] != IsInverted(mask, row, column) ? 1 : 0);
                    if (++count % 8 == 0)
                    {
                        codewords.Add((byte)bits);
                        bits = 0;
                    }
                }
            }
        }

        return codewords;
    }

    /// <summary>Whether a module is there to find and measure the code, and holds no data.</summary>
    private bool IsPattern(int row, int column)
    {
        var end = _size - 8;
        var isFinder = (row < 9 && column < 9) || (row < 9 && column >= end) || (row >= end && column < 9);
        var isVersion = _version >= 7 && ((row < 6 && column >= _size - 11) || (column < 6 && row >= _size - 11));
        return isFinder || isVersion || row == 6 || column == 6 || IsAlignment(row, column);
    }

    private bool IsAlignment(int row, int column)
    {
        var centers = Versions[_version].Alignment;
        var last = centers[^1];
        return centers.Any(y => centers.Any(x =>
            Math.Abs(row - y) <= 2 && Math.Abs(column - x) <= 2
            && (y, x) != (6, 6) && (y, x) != (6, last) && (y, x) != (last, 6)));
    }
}
